import { holdPolicy } from '#core/policy/held-policy.ts';
import { createPolicyState } from '#core/policy/policy-state.ts';
import type { Hasher, Ids, PolicyStore } from '#core/ports.ts';
import { readApprovals } from './approvals-file.ts';

/**
 * The policy of a companion that runs as another process, as its document says now. The companion
 * alone decides by it and writes it; here it is only shown.
 */
export async function readPolicy(deps: {
  readonly path: string;
  readonly ids: Ids;
  readonly hasher: Hasher;
}): Promise<Pick<PolicyStore, 'current' | 'resolve'>> {
  const file = await readApprovals(deps.path, deps.ids);
  const { accept, deny, resolve, snapshot: current } = createPolicyState(deps);
  if (file.kind === 'usable') accept(file.raw, holdPolicy(file.document));
  else if (file.kind === 'unusable') deny({ raw: file.raw, exists: true }, file.problem);
  else deny({ raw: null, exists: false }, `there is no ${deps.path} yet`);
  return { current, resolve };
}
