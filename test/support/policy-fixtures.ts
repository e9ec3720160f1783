import type { FrozenPlan, PathIdentity } from '#core/exec/types.ts';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';

function pathIdentity(path: string): PathIdentity {
  return { path, device: '1', inode: '2', size: 3, ctimeNs: '4' };
}

export interface PlanFacts {
  readonly argv?: readonly [string, ...string[]];
  /** Real path; the first argument by default. */
  readonly executable?: string;
  readonly cwd?: string;
  readonly agentId?: string;
  readonly envDelta?: Readonly<Record<string, string>>;
}

/** A frozen plan with nothing surprising in it but what is named. */
export function frozenPlan(facts: PlanFacts = {}): FrozenPlan {
  const argv = facts.argv ?? ['/usr/bin/uname', '-a'];
  const envDelta = facts.envDelta ?? {};
  return {
    argv,
    executable: pathIdentity(facts.executable ?? argv[0]),
    cwd: pathIdentity(facts.cwd ?? '/work'),
    sightings: [],
    env: { PATH: '/usr/bin:/bin', ...envDelta },
    envDelta,
    envDropped: [],
    timeoutMs: null,
    agentId: facts.agentId ?? 'main',
    sessionKey: null,
    nodeId: null,
    commandText: argv.join(' '),
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
