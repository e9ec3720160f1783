import { isCarrier } from '#core/policy/carriers.ts';
import { agentKey } from '#core/policy/resolve.ts';
import type { Hasher, PathProbe } from '#core/ports.ts';
import { canonicalCommandText } from './command-text.ts';
import { childEnvironment } from './environment.ts';
import { execFailures } from './failures.ts';
import type { ExecFailure, ExecOrigin, ExecRequest, FrozenPlan, PathIdentity } from './types.ts';

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
  const { cwd, executable } = await lookUp(request.argv[0], wanted, deps);
  if (cwd === null) return { kind: 'refused', error: execFailures.cwdUnavailable };
  if (executable === null) {
    const name = canonicalCommandText([request.argv[0]]);
    return { kind: 'not-found', message: `failed to start: ${name}: not found` };
  }
  const { env, delta, dropped } = childEnvironment(deps.baseEnv, request.env, deps.searchPath);
  const plan = {
    argv: request.argv,
    executable,
    cwd,
    env,
    envDelta: delta,
    envDropped: dropped,
    timeoutMs: request.timeoutMs !== null && request.timeoutMs > 0 ? request.timeoutMs : null,
    agentId: agentKey(request.agentId),
    sessionKey: request.sessionKey,
    nodeId: origin.nodeId,
    commandText: canonicalCommandText(request.argv),
  };
  const scripts = await lookUpScripts(plan, deps.probe);
  return { kind: 'frozen', plan: { ...plan, digest: planDigest(plan, scripts, deps.hasher) } };
}

/**
 * What the arguments of a program that runs what they say point to: who approves `python3 a.py`
 * approves that file (S11). A script they do not name as such (`-ffile`, a shell text) stays unseen.
 */
async function lookUpScripts(
  { argv, executable, cwd }: Pick<FrozenPlan, 'argv' | 'executable' | 'cwd'>,
  probe: PathProbe,
): Promise<readonly (PathIdentity | null)[]> {
  if (!isCarrier(executable.path) && !isCarrier(argv[0])) return [];
  const paths = argv.slice(1).map((name) => (name.startsWith('/') ? name : `${cwd.path}/${name}`));
  return await Promise.all(paths.map((path) => probe.file(path)));
}

interface Found {
  readonly cwd: PathIdentity | null;
  readonly executable: PathIdentity | null;
}

async function lookUp(
  name: string,
  folder: string,
  { probe, searchPath }: PlanDeps,
): Promise<Found> {
  // A relative folder would depend on where the companion happens to stand.
  if (!folder.startsWith('/')) return { cwd: null, executable: null };
  if (name.startsWith('/')) {
    // Needs no folder, so both are looked up at once.
    const [cwd, executable] = await Promise.all([
      probe.directory(folder),
      probe.executable(name, folder, searchPath),
    ]);
    return { cwd, executable };
  }
  const cwd = await probe.directory(folder);
  if (cwd === null) return { cwd, executable: null };
  return { cwd, executable: await probe.executable(name, cwd.path, searchPath) };
}

/**
 * Whether the same request, frozen again, is still the plan that was approved: the same executable
 * file, the same scripts, and the same folder behind the same path, symlinks followed anew (S11).
 */
export async function sameAsNow(
  plan: FrozenPlan,
  request: ExecRequest,
  origin: ExecOrigin,
  deps: PlanDeps,
): Promise<boolean> {
  const now = await freezePlan(request, origin, deps);
  return now.kind === 'frozen' && now.plan.digest === plan.digest;
}

/**
 * `planDigest` of decisions.md "Digests". A JSON array, so that no two sets of facts share one text.
 * Size and ctime of the working folder change whenever something in it does, so they do not count.
 */
function planDigest(
  plan: Omit<FrozenPlan, 'digest'>,
  scripts: readonly (PathIdentity | null)[],
  hasher: Hasher,
): string {
  const file = ({ path, device, inode, size, ctimeNs }: PathIdentity) => [
    path,
    device,
    inode,
    size,
    ctimeNs,
  ];
  const facts = [
    'plan:v1',
    plan.argv,
    file(plan.executable),
    scripts.map((script) => script && file(script)),
    [plan.cwd.path, plan.cwd.device, plan.cwd.inode],
    Object.entries(plan.envDelta).sort(([a], [b]) => (a < b ? -1 : 1)),
    plan.nodeId,
    plan.agentId,
    plan.sessionKey,
  ];
  return hasher.sha256Hex(JSON.stringify(facts));
}
