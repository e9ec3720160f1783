import type { Bridge, Channel, Input, Output, Snapshot } from '#ipc/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly companion: Bridge;
  }
}

export type CallResult<C extends Channel> =
  | { readonly ok: true; readonly value: Output<C> }
  | { readonly ok: false; readonly message: string | null };

/** Calls the main process; never throws. `message` is null when no sentence came back. */
export async function call<C extends Channel>(
  bridge: Bridge,
  channel: C,
  input: Input<C>,
): Promise<CallResult<C>> {
  try {
    const reply = await bridge.call(channel, input);
    return reply.ok ? reply : { ok: false, message: reply.error.message };
  } catch {
    // The main process is gone or refused to talk: for the page that is "nothing happened".
    return { ok: false, message: null };
  }
}

/**
 * Hands on every snapshot that is newer than the last one: the first is asked for, later ones are
 * pushed, and either may overtake the other.
 */
export function followSnapshots(bridge: Bridge, listener: (snapshot: Snapshot) => void): void {
  let newest = Number.NEGATIVE_INFINITY;
  const take = (snapshot: Snapshot): void => {
    if (snapshot.revision <= newest) return;
    newest = snapshot.revision;
    listener(snapshot);
  };
  bridge.onSnapshot(take);
  void call(bridge, 'snapshot.get', null).then((reply) => reply.ok && take(reply.value));
}
