import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan, PathIdentity, PlanProof } from '#core/exec/types.ts';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';

export function pathIdentity(path: string, sha256?: string): PathIdentity {
  const found = { path, device: '1', inode: '2', size: 3, ctimeNs: '4' };
  return sha256 === undefined ? found : { ...found, sha256 };
}

export interface PlanFacts {
  readonly argv?: readonly [string, ...string[]];
  /** Real path; the first argument by default. */
  readonly executable?: string;
  readonly cwd?: string;
  readonly agentId?: string;
  readonly envDelta?: Readonly<Record<string, string>>;
  /** SHA-256 of the program, for one that is a script. */
  readonly sha256?: string;
  /** By default the argv is the one segment. */
  readonly proof?: PlanProof;
}

/** A frozen plan with nothing surprising in it but what is named. */
export function frozenPlan(facts: PlanFacts = {}): FrozenPlan {
  const argv = facts.argv ?? ['/usr/bin/uname', '-a'];
  const envDelta = facts.envDelta ?? {};
  const executable = pathIdentity(facts.executable ?? argv[0], facts.sha256);
  const segments: PlanProof = {
    kind: 'proved',
    form: 'argv',
    segments: [{ argv, executable }],
    text: null,
    cwd: pathIdentity(facts.cwd ?? '/work'),
  };
  return {
    argv,
    executable,
    cwd: pathIdentity(facts.cwd ?? '/work'),
    proof: facts.proof ?? segments,
    sightings: [],
    env: { PATH: '/usr/bin:/bin', ...envDelta },
    envDelta,
    envDropped: [],
    timeoutMs: null,
    agentId: facts.agentId ?? 'main',
    sessionKey: null,
    nodeId: null,
    commandText: canonicalCommandText(argv),
    digest: 'digest',
  };
}

export function policyRule(facts: Partial<Rule> = {}): Rule {
  return {
    id: 'rule-1',
    owner: 'main',
    pattern: '/usr/bin/uname',
    argPattern: null,
    cwd: null,
    expiresAt: null,
    contentSha256: null,
    ...facts,
  };
}

export function resolvedPolicy(facts: Partial<ResolvedPolicy> = {}): ResolvedPolicy {
  return {
    agentId: 'main',
    security: 'allowlist',
    ask: 'on-miss',
    askFallback: 'deny',
    autoAllowSkills: false,
    rules: [],
    ...facts,
  };
}

/** A version 1 document with the given members. */
export function approvalsDocument(facts: Omit<Partial<ApprovalsDocument>, 'version'> = {}) {
  const document: ApprovalsDocument = { version: 1, ...facts };
  return document;
}
