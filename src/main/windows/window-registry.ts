import type { WebContents } from 'electron';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { type Snapshot, snapshotEvent, snapshotSchema, type WindowName } from '#ipc/contract.ts';
import { seenBy } from '../state/seen-by.ts';

/** Which page is which window (ES-13), and the way snapshots get to all of them. */
export interface WindowRegistry {
  /** Until the web contents are destroyed. */
  register(contents: WebContents, window: WindowName): void;
  readonly windowOf: (senderId: number) => WindowName | null;
  /** Sends to every open page what it draws; one that is not newer than the last is not sent. */
  push(snapshot: Snapshot): void;
}

export function createWindowRegistry({ log }: { readonly log: Logger }): WindowRegistry {
  const open = new Map<number, { readonly contents: WebContents; readonly window: WindowName }>();
  let newest = Number.NEGATIVE_INFINITY;

  return {
    register(contents, window) {
      const { id } = contents;
      open.set(id, { contents, window });
      contents.once('destroyed', () => open.delete(id));
    },
    windowOf: (senderId) => open.get(senderId)?.window ?? null,
    push(snapshot) {
      if (!(snapshot.revision > newest)) return;
      // Strips what is not in the contract, as for every answer.
      const stripped = snapshotSchema.safeParse(snapshot);
      if (!stripped.success) {
        log.error('snapshot.invalid', { error: errorText(stripped.error) });
        return;
      }
      newest = snapshot.revision;
      for (const { contents, window } of open.values()) {
        if (!contents.isDestroyed()) contents.send(snapshotEvent, seenBy(window, stripped.data));
      }
    },
  };
}
