import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Ids, Logger } from '#core/ports.ts';
import { safe } from '#core/quoted.ts';
import { type Channel, contract } from '#ipc/contract.ts';
import { createIpcRouter, type Handlers, type IpcSender } from '#ipc/router.ts';
import { pageOrigin } from './security/page-origin.ts';
import type { WindowRegistry } from './windows/window-registry.ts';

export interface IpcServerDeps {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly handlers: Handlers;
  readonly windows: Pick<WindowRegistry, 'windowOf'>;
  readonly ids: Ids;
  readonly log: Logger;
}

/** Read at once: after an await the frame may be gone or be another. */
function senderOf(event: IpcMainInvokeEvent): IpcSender | null {
  const frame = event.senderFrame;
  if (!frame) return null;
  return { id: event.sender.id, origin: frame.origin, isMainFrame: frame.parent === null };
}

/** The one place where a failure becomes what a page is told; its words may be anybody's. */
function explain(error: unknown, channel: Channel, { ids, log }: IpcServerDeps) {
  if (error instanceof CompanionError && error.code !== 'INTERNAL') {
    const { code, message, hint } = error;
    return { code, message: safe(hint === undefined ? message : `${sentence(message)} ${hint}`) };
  }
  const id = ids.uuid();
  const stack = error instanceof Error ? error.stack : undefined;
  log.error('ipc.failed', { id, channel, error: errorText(error), stack });
  return { code: 'INTERNAL', message: `Something failed inside the companion. The log has ${id}.` };
}

/** What another sentence follows. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Serves every channel of the contract; the returned function stops all of them. */
export function serveIpc(deps: IpcServerDeps): () => void {
  const router = createIpcRouter(deps.handlers, {
    windowOf: deps.windows.windowOf,
    origin: pageOrigin,
    log: deps.log,
    explain: (error, channel) => explain(error, channel, deps),
  });
  const channels = Object.keys(contract);
  for (const channel of channels) {
    deps.ipcMain.handle(channel, (event, ...args: unknown[]) =>
      // More arguments than the contract has: a caller that is not our preload.
      router.route(args.length === 1 ? channel : null, args[0], senderOf(event)),
    );
  }
  return () => {
    for (const channel of channels) deps.ipcMain.removeHandler(channel);
  };
}
