import type { Snapshot } from '#ipc/contract.ts';
import type { ShownPairing } from '#ipc/pairing.ts';
import { type Arming, isArmed, rearm } from './arming.ts';
import { type Reading, unread } from './reading.ts';

/** What of the approval page's model says whether it shows who wants to be let in. */
interface Standing {
  readonly snapshot: Snapshot | null;
  readonly shown: unknown;
  readonly held: unknown;
  readonly arming: Arming;
  readonly reading: Reading;
  readonly sending: boolean;
  readonly content: number;
  readonly focus: number;
}

/** The one on the page: commands always come first (app-features §9). */
export function pairingOf({
  snapshot,
  shown,
  held,
}: Pick<Standing, 'snapshot' | 'shown' | 'held'>): ShownPairing | null {
  if (snapshot === null || shown !== null || held !== null) return null;
  const { waiting, current } = snapshot.pairing;
  return waiting.find(({ requestId }) => requestId === current) ?? null;
}

/** What a pointer is aimed at. */
export function pairingSubject(model: Standing): string | null {
  const one = pairingOf(model);
  return one && `pairing\n${one.kind}\n${one.requestId}\n${one.digest}`;
}

/** Somebody else on the page, or in other words, has to be read from the beginning (AP-05). */
export function afterPairing<M extends Standing>(before: M, after: M, nowMs: number): M {
  const subject = pairingSubject(after);
  if (subject === pairingSubject(before)) return after;
  return {
    ...after,
    arming: rearm(after.arming, nowMs),
    reading: subject === null ? after.reading : unread,
    sending: false,
    content: after.content + 1,
    focus: after.focus + 1,
  };
}

/** The one condition under which anybody may be let in. */
export function canApprove(model: Standing, nowMs: number): boolean {
  const isStill = isArmed(model.arming, nowMs) && model.reading.done && !model.sending;
  return pairingOf(model) !== null && isStill;
}
