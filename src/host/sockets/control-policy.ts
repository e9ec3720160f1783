import type { PeerCredentials } from '#core/ports.ts';
import type { ExplainFn } from '#host/exec/explain.ts';
import type { PolicyOperations } from '#host/policy/policy-operations.ts';
import type { PolicyApplied } from '#protocol/control-policy.ts';
import type { ControlRequest } from '#protocol/control-socket.ts';
import { decider } from './decider.ts';

type PolicyRequest = Extract<ControlRequest, { op: `policy.${string}` }>;

/** The result of one `policy.*` operation. @throws CompanionError */
export type ControlPolicy = (request: PolicyRequest, peer: PeerCredentials) => Promise<unknown>;

/** The policy for `openclaw-mac`: what is shown there and what is sent back from there. */
export function createControlPolicy(deps: {
  readonly policy: PolicyOperations;
  readonly explain: ExplainFn;
}): ControlPolicy {
  const { policy, explain } = deps;
  return async (request, peer) => {
    switch (request.op) {
      case 'policy.get':
        return policy.view();
      case 'policy.explain':
        return await explain(request);
      case 'policy.preview':
        return policy.preview(request.edit);
      case 'policy.apply': {
        const applied = await policy.apply(request.edit, request, decider(peer));
        if (applied.kind === 'changed') return applied satisfies PolicyApplied;
        const { kind, hash, ruleId } = applied;
        return { kind, hash, ruleId } satisfies PolicyApplied;
      }
    }
  };
}
