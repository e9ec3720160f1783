import type { Handlers } from '#ipc/router.ts';
import type { PairingPrompts } from '../state/pairing-prompts.ts';

/** A person's answer to who wants to be let in. */
export function pairingHandlers({
  prompts,
}: {
  readonly prompts: Pick<PairingPrompts, 'decide'>;
}): Pick<Handlers, 'pairing.decide'> {
  return { 'pairing.decide': (input, from) => prompts.decide(input, from) };
}
