import type { App, Dialog } from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Logger } from '#core/ports.ts';
import { redactSecrets } from '#core/redact.ts';

export interface StartFailureDeps {
  readonly app: Pick<App, 'whenReady' | 'exit'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly log: Logger;
  /** Path of the log, for errors without advice of their own. */
  readonly logPath: string;
}

/** The start failed: says so in the log and to the person, waits until it was read, and ends. */
export async function endFailedStart(error: unknown, deps: StartFailureDeps): Promise<void> {
  const { app, dialog, log, logPath } = deps;
  const words = messages.desktop.startFailed;
  const hint = (error instanceof CompanionError && error.hint) || words.seeLog(logPath);
  log.error('desktop.start.failed', { error: errorText(error), hint });
  // Before that, Linux shows no box.
  await app.whenReady();
  try {
    dialog.showErrorBox(words.title, redactSecrets(words.body(errorText(error), hint)));
  } finally {
    app.exit(mayPass(error) ? 1 : 0);
  }
}

/**
 * 1, with which launchd tries again (cli-and-ops §6.3), only for what may go away by itself: a full
 * disk, no descriptors or memory left, something locked, somebody who was too slow to answer. A
 * taken port, a Gateway without credentials, unsafe paths and a broken configuration stay as they
 * are until a person does something, so they end with 0.
 */
const passing: ReadonlySet<unknown> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY'],
  ...['TIMEOUT', 'UNREACHABLE'],
]);

function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && passing.has(error.code)) || mayPass(error.cause);
}
