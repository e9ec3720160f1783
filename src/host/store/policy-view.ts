import { resumePolicy } from '#core/policy/held-policy.ts';
import { createPolicyState } from '#core/policy/policy-state.ts';
import type { Hasher, Ids } from '#core/ports.ts';
import { readApprovals } from './approvals-file.ts';
import type { CompanionPolicyStore } from './approvals-store.ts';
import { confirmedPath, readConfirmed } from './confirmed-policy.ts';

type PolicyOnDisk = Pick<CompanionPolicyStore, 'current' | 'resolve' | 'unconfirmed'>;

/**
 * The policy of a companion that runs as another process, or would be if it started: what its files
 * put in force now. The companion alone decides by it and writes it; here it is only shown.
 */
export async function readPolicy(deps: {
  readonly path: string;
  readonly ids: Ids;
  readonly hasher: Hasher;
}): Promise<PolicyOnDisk> {
  const { path, ids } = deps;
  const file = await readApprovals(path, ids);
  const confirmed = await readConfirmed(confirmedPath(path), ids);
  const { accept, deny, held, resolve, snapshot: current } = createPolicyState(deps);
  if (file.kind === 'usable') {
    const inForce = confirmed.kind === 'usable' ? confirmed.policy.document : null;
    accept(file.raw, resumePolicy(inForce, file.document));
  } else if (file.kind === 'unusable') deny({ raw: file.raw, exists: true }, file.problem);
  else deny({ raw: null, exists: false }, `there is no ${path} yet`);
  return { current, resolve, unconfirmed: () => held()?.unconfirmed ?? [] };
}
