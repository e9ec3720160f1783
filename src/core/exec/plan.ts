import { agentKey } from '#core/policy/resolve.ts';
import type { Hasher, PathProbe } from '#core/ports.ts';
import { canonicalCommandText } from './command-text.ts';
import { childEnvironment } from './environment.ts';
import { execFailures } from './failures.ts';
import { prove } from './proof.ts';
import { lookAround } from './sightings.ts';
import type {
  ExecFailure,
  ExecOrigin,
  ExecRequest,
  FrozenPlan,
  PathIdentity,
  PathKind,
} from './types.ts';

/** What a plan is frozen against. */
export interface PlanDeps {
  readonly probe: PathProbe;
  readonly hasher: Hasher;
  /** Environment of our own process, unfiltered. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** PATH of every child; see {@link searchPath}. */
  readonly searchPath: string;
  /** Working folder of a request that names none. */
  readonly home: string;
}

export type PlanResult =
  | { readonly kind: 'frozen'; readonly plan: FrozenPlan }
  | { readonly kind: 'refused'; readonly error: ExecFailure }
  /** Nothing can run, so nobody is asked; `message` is the run's error (exec-ipc §3.7). */
  | { readonly kind: 'not-found'; readonly message: string };

/**
 * Makes the one plan of a validated request (architecture §3 step 5). Looks at the disk, runs
 * nothing.
 */
export async function freezePlan(
  request: ExecRequest,
  origin: ExecOrigin,
  deps: PlanDeps,
): Promise<PlanResult> {
  const wanted = request.cwd === null || request.cwd.trim() === '' ? deps.home : request.cwd;
  // A copy: the caller keeps its own array, and may change it (S4).
  const argv: ExecRequest['argv'] = [...request.argv];
  const { searchPath, probe } = deps;
  const around = await lookAround(argv, wanted, searchPath, probe);
  const { cwd, executable } = around;
  if (cwd === null) return { kind: 'refused', error: execFailures.cwdUnavailable };
  if (executable === null) {
    const name = canonicalCommandText([argv[0]]);
    return { kind: 'not-found', message: `failed to start: ${name}: not found` };
  }
  const { proof, sightings } = await prove({ argv, executable }, cwd, deps);
  const { env, delta, dropped } = childEnvironment(deps.baseEnv, request.env, deps.searchPath);
  const plan = {
    argv,
    executable,
    cwd,
    proof,
    sightings: [...around.sightings, ...sightings],
    env,
    envDelta: delta,
    envDropped: dropped,
    timeoutMs: request.timeoutMs !== null && request.timeoutMs > 0 ? request.timeoutMs : null,
    agentId: agentKey(request.agentId),
    sessionKey: request.sessionKey,
    nodeId: origin.nodeId,
    commandText: canonicalCommandText(argv),
  };
  return { kind: 'frozen', plan: { ...plan, digest: planDigest(plan, deps.hasher) } };
}

/**
 * {@link FrozenPlan.digest} whatever node the run comes through: what a person allowed before it
 * came (AP-11).
 */
export function digestAnywhere(plan: FrozenPlan, hasher: Hasher): string {
  return planDigest({ ...plan, nodeId: null }, hasher);
}

/**
 * `planDigest` of decisions.md "Digests". A JSON array, so that no two sets of facts share one text.
 * Size and ctime of a folder change whenever something in it does, so they do not count.
 */
function planDigest(plan: Omit<FrozenPlan, 'digest'>, hasher: Hasher): string {
  const facts = [
    'plan:v1',
    plan.argv,
    identityFacts('program', plan.executable),
    identityFacts('directory', plan.cwd),
    plan.sightings.map(({ kind, found }) => found && identityFacts(kind, found)),
    Object.entries(plan.envDelta).sort(([a], [b]) => (a < b ? -1 : 1)),
    plan.nodeId,
    plan.agentId,
    plan.sessionKey,
  ];
  return hasher.sha256Hex(JSON.stringify(facts));
}

function identityFacts(kind: PathKind, found: PathIdentity): readonly unknown[] {
  const { path, device, inode, size, ctimeNs, sha256 } = found;
  const object = [path, device, inode];
  return kind === 'directory' ? object : [...object, size, ctimeNs, sha256 ?? null];
}
