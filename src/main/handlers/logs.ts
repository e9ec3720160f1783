import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Dialog } from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { generalMessages } from '#core/messages-general.ts';
import type { Clock } from '#core/ports.ts';
import { safe } from '#core/quoted.ts';
import type { LineWatch } from '#host/log/line-watch.ts';
import { createLogHistory, type LogHistory } from '#host/log/log-history.ts';
import { fieldsText, type LogRecord } from '#host/log/logger.ts';
import type { PolicyOperations } from '#host/policy/policy-operations.ts';
import { replaceFile } from '#host/store/replace-file.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { knownSecrets } from '#host/support/known-secrets.ts';
import { supportBundle } from '#host/support/support-bundle.ts';
import { systemHasher } from '#host/system.ts';
import type { Output } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { LogLevelSetting } from '../log-level.ts';
import { type AboutHandlersDeps, aboutThis } from './about.ts';

export interface LogsHandlersDeps extends Pick<AboutHandlersDeps, 'app' | 'versions'> {
  readonly stateDir: StateDir;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  /** @throws CompanionError UNAVAILABLE until the companion has started. */
  readonly status: () => CompanionStatus;
  readonly policy: Pick<PolicyOperations, 'view'>;
  readonly lines: Pick<LineWatch, 'next'>;
  readonly logLevel: LogLevelSetting;
  /** The log grew while a page shows it: pages look again soon. */
  readonly grew: () => void;
  readonly clock: Clock;
}

/** Enough to see what led to a failure; a bundle stays small enough to be sent. */
const exportedLines = 2_000;

/** The file has all of it; a page must not choke on one line. */
const maxTextChars = 1_000;

export function logsHandlers(
  deps: LogsHandlersDeps,
): Pick<Handlers, 'logs.tail' | 'logs.write' | 'logs.export'> {
  const path = deps.stateDir.log;
  const history = createLogHistory(path);
  return {
    async 'logs.tail'(query) {
      // Before it is read: a line that comes in between is told of as well.
      deps.lines.next(deps.grew);
      const lines = (await history(query)).map(shownLine);
      return { lines, path: safe(path), written: deps.logLevel.current() };
    },
    async 'logs.write'({ level }) {
      await deps.logLevel.set(level);
      return null;
    },
    'logs.export': oneAtATime(() => exportTo(history, deps)),
  };
}

/** The system's window stands before everything: a page must not be able to fill the screen with it. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
}

async function exportTo(
  history: LogHistory,
  deps: LogsHandlersDeps,
): Promise<Output<'logs.export'>> {
  const { canceled, filePath } = await deps.dialog.showSaveDialog({
    title: generalMessages.exportTitle,
    defaultPath: join(homedir(), fileName(deps.clock.now())),
    filters: [{ name: generalMessages.exportFilter, extensions: ['json'] }],
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return null;
  const log = await history({ level: 'debug', limit: exportedLines });
  await write(filePath, await bundle(log, deps));
  return { path: safe(filePath) };
}

const fileName = (nowMs: number): string =>
  `openclaw-companion-logs-${new Date(nowMs).toISOString().slice(0, 10)}.json`;

function shownLine(record: LogRecord): Output<'logs.tail'>['lines'][number] {
  const { time, level, event, fields = {} } = record;
  const text = fieldsText(fields);
  const short = text.length > maxTextChars ? `${text.slice(0, maxTextChars)}…` : text;
  return { atMs: Date.parse(time), level, event: safe(event), text: safe(short) };
}

async function bundle(log: readonly LogRecord[], deps: LogsHandlersDeps): Promise<string> {
  const { stateDir, env, policy, clock } = deps;
  const facts = {
    nowMs: clock.now(),
    product: aboutThis(deps),
    status: statusOf(deps),
    policy: policy.view(),
    log,
  };
  return supportBundle(facts, await knownSecrets(stateDir, env), systemHasher);
}

function statusOf({ status }: LogsHandlersDeps): CompanionStatus | null {
  try {
    return status();
  } catch (error) {
    if (error instanceof CompanionError && error.code === 'UNAVAILABLE') return null;
    throw error;
  }
}

/** 0600 from birth, whatever was there before (S21). */
async function write(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (cause) {
    const message = generalMessages.notWritten(safe(path), safe(errorText(cause)));
    throw new CompanionError('UNAVAILABLE', message, {
      hint: generalMessages.notWrittenHint,
      cause,
    });
  }
}
