import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileSink } from '#host/log/file-sink.ts';
import { createLineWatch } from '#host/log/line-watch.ts';
import { createLogger, type LogLevel, type LogRecord } from '#host/log/logger.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { logsHandlers } from '#main/handlers/logs.ts';
import { createLogLevel } from '#main/log-level.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { createFakeElectron } from './fake-electron.ts';
import { tempDir } from './temp-dir.ts';
import { createVirtualClock } from './virtual-clock.ts';

function companionStatus(over: Partial<CompanionStatus> = {}): CompanionStatus {
  return {
    pid: 1,
    version: '0.1.0',
    startedAtMs: 0,
    gateway: {
      url: 'ws://127.0.0.1:18789',
      mode: 'own',
      connected: { node: true, operator: true },
    },
    execSocket: '/s/exec-approvals.sock',
    controlSocket: '/s/control.sock',
    bridgeSocket: null,
    nodeId: 'node',
    policy: {
      path: '/s/p.json',
      security: 'allowlist',
      ask: 'on-miss',
      problem: null,
      unconfirmed: 0,
    },
    pendingApprovals: 0,
    pausedAgents: [],
    standstill: null,
    ...over,
  };
}

interface Options {
  readonly document?: ApprovalsDocument;
  readonly env?: Readonly<Record<string, string>>;
  readonly status?: () => CompanionStatus;
}

/** The Logs pane's side of the main process, over a real state directory. */
export function createLogBench({ document = { version: 1 }, env = {}, status }: Options = {}) {
  const stateDir = resolveStateDir(join(tempDir(), 'state'), {});
  mkdirSync(dirname(stateDir.log), { recursive: true, mode: 0o700 });
  const fake = createFakeElectron();
  const lines = createLineWatch();
  const logger = createLogger({
    level: 'info',
    sinks: [fileSink({ path: stateDir.log }), lines.sink],
  });
  let grown = 0;
  const handlers = logsHandlers({
    stateDir,
    env: { OPENCLAW_CONFIG_PATH: join(stateDir.root, 'no-openclaw.json'), ...env },
    dialog: fake.module.dialog,
    app: { isPackaged: true, platform: 'linux' },
    versions: { node: '24.21.0' },
    status: status ?? (() => companionStatus()),
    policy: {
      view: () => ({
        path: stateDir.approvals,
        hash: 'h',
        problem: null,
        unconfirmed: [],
        document,
      }),
    },
    lines,
    logLevel: createLogLevel({ path: stateDir.config, log: logger }),
    grew: () => {
      grown += 1;
    },
    clock: createVirtualClock(Date.UTC(2026, 10, 21)),
  });
  const { 'logs.tail': tail, 'logs.write': write, 'logs.export': exportLogs } = handlers;
  return {
    /** Writes into the log that the handlers read, as the whole app does. */
    logger,
    write: (level: LogLevel) => write({ level }, 'settings'),
    config: {
      put: (text: string) => writeFileSync(stateDir.config, text, { mode: 0o600 }),
      text: () => readFileSync(stateDir.config, 'utf8'),
    },
    stateDir,
    fake,
    grown: () => grown,
    /** As the logger writes it, without its redaction. */
    log(event: string, over: Partial<LogRecord> = {}, path = stateDir.log) {
      const record = { time: '2026-11-21T14:05:00.000Z', level: 'info', event, ...over } as const;
      appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
      lines.sink.write(record);
    },
    tail: (level: Parameters<typeof tail>[0]['level'] = 'debug', limit = 100) =>
      tail({ level, limit }, 'settings'),
    export: () => exportLogs(null, 'settings'),
  };
}
