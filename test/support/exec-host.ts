import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalAsk, ApprovalDesk, ApprovalOutcome } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import type { AuditEntry, AuditLog, GrantFacts, PolicyStore } from '#core/ports.ts';
import { createExecHost, type ExecHost } from '#host/exec/exec-host.ts';
import { type ClaimedRun, createForesee, type ForeseeFn } from '#host/exec/foresee.ts';
import { createPathProbe } from '#host/exec/path-probe.ts';
import { createCommandRunner, type LocalCommandRunner } from '#host/exec/runner.ts';
import type { ExecHostDeps } from '#host/exec/types.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { createFakeLogger } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

/** A whole exec host over real files and processes; only people, storage and audit are fakes. */

type Answer = ApprovalOutcome | Promise<ApprovalOutcome>;

export const allowOnce: ApprovalOutcome = {
  kind: 'allowed',
  decision: 'allow-once',
  by: { surface: 'terminal', who: null },
};
export const allowAlways: ApprovalOutcome = { ...allowOnce, decision: 'allow-always' };
export const denied: ApprovalOutcome = {
  kind: 'denied',
  by: { surface: 'terminal', who: null },
  note: null,
};

interface FakeDesk extends ApprovalDesk {
  readonly asked: readonly ApprovalAsk[];
  /** Why nothing ran although it was allowed. */
  readonly told: readonly string[];
  /** Set before asking; the default is that nobody answers in time. */
  answerWith(answer: (ask: ApprovalAsk, signal: AbortSignal) => Answer): void;
}

function createFakeDesk(): FakeDesk {
  const asked: ApprovalAsk[] = [];
  const told: string[] = [];
  let answer: (ask: ApprovalAsk, signal: AbortSignal) => Answer = () => ({ kind: 'expired' });
  return {
    asked,
    told,
    answerWith(next) {
      answer = next;
    },
    ask(ask, signal) {
      asked.push(ask);
      const { kind, subject, planDigest, offered } = ask;
      const shown = { kind, subject, planDigest, offered, displayDigest: 'shown', count: 1 };
      const approval = { ...shown, id: ask.id ?? '', createdAtMs: 0, expiresAtMs: null };
      const outcome = Promise.resolve(answer(ask, signal));
      return { approval, outcome, nothingRan: (why) => void told.push(why) };
    },
    answer: () => 'unknown',
    extend: () => 'unknown',
    get: () => null,
    list: () => [],
    attach: () => () => {},
  };
}

interface FakeStore extends PolicyStore {
  /** Changes settings or rules the way an edit of the file would: the hash changes too. */
  edit(change: Partial<ResolvedPolicy>): void;
  break(problem: string): void;
  failWrites(): void;
  readonly rules: readonly Rule[];
  readonly used: readonly string[];
}

function createFakeStore(): FakeStore {
  let policy: Omit<ResolvedPolicy, 'agentId'> = {
    security: 'allowlist',
    ask: 'on-miss',
    askFallback: 'deny',
    autoAllowSkills: false,
    rules: [],
  };
  let revision = 0;
  let problem: string | null = null;
  let writesFail = false;
  const used: string[] = [];
  const edit: FakeStore['edit'] = (change) => {
    policy = { ...policy, ...change };
    revision += 1;
  };
  const current = () => ({
    path: '/state/exec-approvals.json',
    exists: true,
    hash: `revision-${revision}`,
    document: { version: 1 as const },
    problem,
  });
  return {
    edit,
    break(text) {
      problem = text;
      revision += 1;
    },
    failWrites() {
      writesFail = true;
    },
    get rules() {
      return policy.rules;
    },
    used,
    current,
    resolve: (agentId) => ({ ...policy, agentId: agentId ?? 'main' }),
    async addRules(agentId, proposed) {
      if (writesFail) throw new CompanionError('STATE', 'the disk is full');
      const rules = proposed.map(({ sentence: _, ...rule }, at) => ({
        ...rule,
        id: `rule-${policy.rules.length + 1 + at}`,
        owner: agentId,
      }));
      edit({ rules: [...policy.rules, ...rules] });
      return rules.map(({ id }) => id);
    },
    recordUse: (ruleId) => void used.push(ruleId),
    replace: async () => current(),
  };
}

export interface ExecBench extends ExecHost {
  /** Beside the exec host, over the same disk and policy. */
  readonly foresee: ForeseeFn;
  readonly desk: FakeDesk;
  readonly store: FakeStore;
  readonly rows: readonly AuditEntry[];
  readonly runner: LocalCommandRunner;
  readonly grantQueries: readonly GrantFacts[];
  readonly log: ReturnType<typeof createFakeLogger>;
  /** `execute` with defaults: in-process origin, no deadline, never cancelled. */
  run(
    request: Partial<ExecRequest> & Pick<ExecRequest, 'argv'>,
    origin?: Partial<ExecOrigin>,
    signal?: AbortSignal,
  ): ReturnType<ExecHost['execute']>;
}

export function execRequest(
  request: Partial<ExecRequest> & Pick<ExecRequest, 'argv'>,
): ExecRequest {
  return {
    rawCommand: null,
    cwd: null,
    env: {},
    timeoutMs: null,
    needsScreenRecording: false,
    agentId: null,
    sessionKey: null,
    runId: null,
    claimedDecision: null,
    ...request,
  };
}

export const inProcess: ExecOrigin = {
  transport: 'node-invoke',
  nodeId: 'node-1',
  nodeName: null,
  budgetMs: null,
};

/** A command that leaves a file behind exactly when it ran. */
export function canaryCommand(): {
  readonly argv: readonly [string, ...string[]];
  readonly ran: () => boolean;
} {
  const canary = join(tempDir(), 'ran');
  return { argv: ['/usr/bin/touch', canary], ran: () => existsSync(canary) };
}

/** What a client of our own Gateway says of a run before it asks for it; the node is not named. */
export function claimOf(argv: readonly string[], claim: Partial<ClaimedRun> = {}): ClaimedRun {
  const names = { cwd: null, agentId: null, sessionKey: null, nodeId: null };
  return { text: argv.join(' '), argv, ...names, hasEnv: false, ...claim };
}

export interface BenchOptions {
  readonly deps?: Partial<ExecHostDeps>;
  readonly plan?: Partial<ExecHostDeps['plan']>;
}

export function createExecBench(options: BenchOptions = {}): ExecBench {
  const desk = createFakeDesk();
  const store = createFakeStore();
  const rows: AuditEntry[] = [];
  const grantQueries: GrantFacts[] = [];
  const log = createFakeLogger();
  const runner = createCommandRunner({ clock: systemClock, log });
  const audit: AuditLog = { record: (row) => void rows.push(row), query: () => [] };
  const deps: ExecHostDeps = {
    clock: systemClock,
    ids: systemIds,
    log,
    engine: createPolicyEngine({
      hasher: systemHasher,
      home: homedir(),
      skillBins: () => new Set(),
    }),
    store,
    desk,
    runner,
    audit,
    grants: {
      consume(facts) {
        grantQueries.push(facts);
        return null;
      },
    },
    screenRecording: () => false,
    trustClaims: false,
    standsStill: () => false,
    ...options.deps,
    plan: {
      probe: createPathProbe(),
      hasher: systemHasher,
      baseEnv: process.env,
      searchPath: '/usr/bin:/bin',
      home: homedir(),
      ...options.plan,
    },
  };
  const host = createExecHost(deps);
  return {
    ...host,
    foresee: createForesee(deps),
    desk,
    store,
    rows,
    runner,
    grantQueries,
    log,
    run: (request, origin = {}, signal = new AbortController().signal) =>
      host.execute(execRequest(request), { ...inProcess, ...origin }, signal),
  };
}
