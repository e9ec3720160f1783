import { createHash } from 'node:crypto';
import type { FrozenPlan, PathIdentity } from '#core/exec/types.ts';
import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import type { Hasher } from '#core/ports.ts';
import { measureInTurns } from './statistics.ts';

/**
 * What a decision costs: the one rule that matches among many that cannot (exact rules of this and
 * of other programs, bare names, globs and expressions), and a miss with its proposed rule.
 */
const sizes = [10, 1_000, 10_000] as const;
const warmUp = 2_000;
const runs = 20_000;

const hasher: Hasher = { sha256Hex: (data) => createHash('sha256').update(data).digest('hex') };
const engine = createPolicyEngine({ hasher, home: '/home/ada', skillBins: () => new Set() });

const program = '/usr/bin/git';
const folder = '/home/ada/projects/engine';
const plan = frozenPlan(['git', 'log', '--oneline', '-n', '20']);

export interface PolicyFigures {
  readonly what: 'allow' | 'miss';
  /** How many rules cannot match. */
  readonly rules: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

export async function measurePolicy(): Promise<readonly PolicyFigures[]> {
  const cases = sizes.flatMap((rules) => [
    { what: 'allow' as const, rules },
    { what: 'miss' as const, rules },
  ]);
  const tasks = Object.fromEntries(
    cases.map(({ what, rules }) => [`${what} ${rules}`, decisionTask(what, rules)]),
  );
  await measureInTurns(warmUp, tasks);
  const figures = await measureInTurns(runs, tasks);
  return cases.map(({ what, rules }) => {
    const { p50Ms = Number.NaN, p99Ms = Number.NaN } = figures[`${what} ${rules}`] ?? {};
    return { what, rules, p50Us: p50Ms * 1_000, p99Us: p99Ms * 1_000 };
  });
}

function decisionTask(what: PolicyFigures['what'], size: number): () => Promise<void> {
  const exact = cwdArgvPattern(folder, plan.argv.slice(1), hasher);
  const others = Array.from({ length: size }, (_, at) => otherRule(at));
  const matching = { ...rule('the-one', program, exact), cwd: folder };
  const policy: ResolvedPolicy = {
    agentId: 'main',
    security: 'allowlist',
    ask: 'on-miss',
    askFallback: 'deny',
    autoAllowSkills: false,
    rules: what === 'allow' ? [...others, matching] : others,
  };
  const wanted = what === 'allow' ? 'allow' : 'prompt';
  return async () => {
    const { kind } = engine(plan, policy, 0);
    if (kind !== wanted) throw new Error(`the decision was ${kind}, not ${wanted}`);
  };
}

function frozenPlan(argv: readonly [string, ...string[]]): FrozenPlan {
  const identity = (path: string): PathIdentity => {
    return { path, device: '1', inode: '2', size: 3, ctimeNs: '4' };
  };
  const executable = identity(program);
  const cwd = identity(folder);
  const nobody = { agentId: 'main', sessionKey: null, nodeId: null, timeoutMs: null };
  return {
    ...{ argv, executable, cwd, ...nobody },
    proof: { kind: 'proved', form: 'argv', segments: [{ argv, executable }], text: null, cwd },
    ...{ sightings: [], env: {}, envDelta: {}, envDropped: [] },
    ...{ commandText: argv.join(' '), digest: '' },
  };
}

function otherRule(at: number): Rule {
  const exact = (...args: string[]) => cwdArgvPattern(folder, args, hasher);
  const kinds: readonly (readonly [pattern: string, argPattern: string | null])[] = [
    [program, exact('show', String(at))],
    [`/usr/bin/tool-${at}`, exact('run')],
    [`tool-${at}`, null],
    [`/opt/tools-${at}/**/bin/*`, null],
    [`/usr/bin/tool-${at}-*`, null],
    [`/usr/local/bin/tool-${at}`, '(?:run|check)(?: --[a-z-]+)*'],
    [`~/bin/*-${at}`, null],
  ];
  const [pattern, argPattern] = kinds[at % kinds.length] ?? [program, exact()];
  return rule(`r${at}`, pattern, argPattern);
}

function rule(id: string, pattern: string, argPattern: string | null): Rule {
  const bounds = { cwd: null, expiresAt: null, contentSha256: null };
  return { id, owner: 'main', pattern, argPattern, ...bounds };
}
