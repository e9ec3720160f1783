import type { Cancel, Clock, Ids, Notification } from '#core/ports.ts';
import { notificationText } from '#host/node/notifier.ts';
import type { Snapshot } from '#ipc/contract.ts';

export interface ToastDeps {
  /** The window that shows it. Both calls may come twice. */
  readonly shell: { show(): void; hide(): void };
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'uuid'>;
  /** Told of everything that changes {@link Toast.current}. */
  readonly changed: () => void;
}

/** `system.notify` with delivery `overlay` (node-commands §2.3): one at a time, the newest wins. */
export interface Toast {
  show(notification: Pick<Notification, 'title' | 'body'>): void;
  /** A person clicked it away. */
  dismiss(): void;
  current(): Snapshot['toast'];
  close(): void;
}

const visibleMs = 6_000;

export function createToast({ shell, clock, ids, changed }: ToastDeps): Toast {
  let current: Snapshot['toast'] = null;
  let cancel: Cancel = () => undefined;
  let isClosed = false;

  function dismiss(): void {
    if (current === null) return;
    cancel();
    current = null;
    shell.hide();
    changed();
  }
  return {
    show(notification) {
      if (isClosed) return;
      cancel();
      current = { id: ids.uuid(), ...notificationText(notification, { markup: false }) };
      cancel = clock.schedule(visibleMs, dismiss);
      // First the text: else the window would come up with the one before.
      changed();
      shell.show();
    },
    dismiss,
    current: () => current,
    close() {
      isClosed = true;
      dismiss();
    },
  };
}
