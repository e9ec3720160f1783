import type { Bridge, Input } from '#ipc/contract.ts';
import { call } from '../companion.ts';
import { canApprove, pairingOf } from './pairing-model.ts';
import { pairingWords as words } from './pairing-words.ts';
import type { Stage } from './stage.ts';

type Decision = Input<'pairing.decide'>['decision'];

/** The answer to who is on the page, as it was shown (S24). */
export function createPairingAnswer(bridge: Bridge, stage: Stage) {
  return async (decision: Decision): Promise<void> => {
    const model = stage.model();
    const shown = pairingOf(model);
    if (shown === null || model.sending) return;
    if (decision === 'approve' && !canApprove(model, stage.now())) return;
    stage.change({ ...model, sending: true, notice: null });
    const { kind, requestId, digest } = shown;
    const reply = await call(bridge, 'pairing.decide', { kind, requestId, digest, decision });
    if (!reply.ok) stage.failed(reply.message ?? words.bridge);
    else if (reply.value !== 'done') stage.failed(words[reply.value]);
    else stage.change({ ...stage.model(), sending: false });
  };
}
