import { isChannel, snapshotChannel } from './channels.ts';
import type { Bridge, Channel, Input, Output, Reply, Snapshot } from './contract.ts';

/** The part of Electron's `ipcRenderer` that the bridge needs. */
export interface IpcRendererLike {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/** The main process did not answer at all: it is stopping, or this page is being replaced. */
const noAnswer: Reply<never> = {
  ok: false,
  error: {
    code: 'UNAVAILABLE',
    message: 'The companion did not answer. It may be stopping; open this window again.',
  },
};

function isSnapshot(payload: unknown): payload is Snapshot {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'revision' in payload &&
    typeof payload.revision === 'number'
  );
}

/**
 * Preload side of the contract: what a page finds as `window.companion`. Pages get payloads, never
 * the event that carried them, and never a channel that is not in the contract (ES-16).
 */
export function createBridge(ipc: IpcRendererLike): Bridge {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let newest = Number.NEGATIVE_INFINITY;

  ipc.on(snapshotChannel, (_event, payload) => {
    // An older one must not bring an answered question back (S24).
    if (!isSnapshot(payload) || !(payload.revision > newest)) return;
    newest = payload.revision;
    for (const listener of listeners) listener(payload);
  });

  return {
    async call<C extends Channel>(channel: C, input: Input<C>): Promise<Reply<Output<C>>> {
      if (!isChannel(channel)) return noAnswer;
      try {
        // The main process answers every channel with a `Reply` of that channel's output.
        return (await ipc.invoke(channel, input)) as Reply<Output<C>>;
      } catch {
        // Electron's own text would name internals and help nobody.
        return noAnswer;
      }
    },
    onSnapshot(listener) {
      // Wrapped, so that the same function given twice counts twice and stops once.
      const one = (snapshot: Snapshot): void => listener(snapshot);
      listeners.add(one);
      return () => void listeners.delete(one);
    },
  };
}
