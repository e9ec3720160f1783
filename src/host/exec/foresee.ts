import type { AlwaysSelection } from '#core/approvals/types.ts';
import { argvsOf } from '#core/exec/approved-argvs.ts';
import { digestAnywhere, freezePlan } from '#core/exec/plan.ts';
import type { ExecOrigin, FrozenPlan } from '#core/exec/types.ts';
import { validateRequest } from '#core/exec/validate.ts';
import { type AlwaysGrant, grantedRules } from '#core/policy/always-grant.ts';
import type { AlwaysProposal } from '#core/policy/always-offers.ts';
import type { PathProbe } from '#core/ports.ts';
import { toExecRequest } from '#host/sockets/inner-request.ts';
import { factsOf, proposalFor } from './ask-person.ts';
import { closedPolicy } from './authorize.ts';
import { endOfLocalDay } from './end-of-day.ts';
import type { ExecHostDeps } from './types.ts';

/** A command that a client of our own Gateway has a person asked about before it is run. */
export interface ClaimedRun {
  readonly text: string;
  /** Null where the client names the text alone. */
  readonly argv: readonly string[] | null;
  readonly cwd: string | null;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  /** Null where the client names none, as recorded ones do: then it may come through any. */
  readonly nodeId: string | null;
  /** It has environment overrides, which no approval holds for (S12). */
  readonly hasEnv: boolean;
}

/** What a claimed run would be here. */
export interface ForeseenRun {
  /** {@link digestAnywhere} of every plan it may become (AP-11); where there is none, its run asks. */
  readonly digests: ReadonlySet<string>;
  /** Of the one plan of our own node: what a person is shown in place of the claims. */
  readonly facts: ReturnType<typeof factsOf> | null;
  /** A rule for it would be ours, and there is none to offer. */
  readonly isOnceOnly: boolean;
  /** What "always" is to store; null: nothing of ours (AP-12). */
  granted(selection: AlwaysSelection | undefined): AlwaysGrant | null;
}

/** Null for a run through another node: it never comes here. Runs nothing, asks nobody. */
export type ForeseeFn = (run: ClaimedRun, ownNodeId: string) => Promise<ForeseenRun> | null;

type ForeseeDeps = Pick<ExecHostDeps, 'clock' | 'plan' | 'engine' | 'store' | 'standsStill'>;

export function createForesee(deps: ForeseeDeps): ForeseeFn {
  return (run, ownNodeId) => {
    if (run.nodeId !== null && run.nodeId !== ownNodeId) return null;
    return foresee(run, deps);
  };
}

async function foresee(run: ClaimedRun, deps: ForeseeDeps): Promise<ForeseenRun> {
  const isOurs = run.nodeId !== null;
  const argvs = run.argv === null ? argvsOf(run.text) : [run.argv];
  const probe = lookingOnce(deps.plan.probe);
  const plans: FrozenPlan[] = [];
  for (const argv of run.hasEnv ? [] : argvs) {
    const plan = await planOf(argv, run, { ...deps, plan: { ...deps.plan, probe } });
    if (plan !== null) plans.push(plan);
  }
  const digests = new Set(plans.map((plan) => digestAnywhere(plan, deps.plan.hasher)));
  const [plan] = plans;
  if (!isOurs || run.argv === null || plan === undefined) {
    return { digests, facts: null, isOnceOnly: isOurs, granted: () => null };
  }
  return { digests, ...question(plan, deps) };
}

async function planOf(
  argv: readonly string[],
  run: ClaimedRun,
  deps: ForeseeDeps,
): Promise<FrozenPlan | null> {
  const { cwd, agentId, sessionKey } = run;
  // Read as the run itself will be, so that its plan is the same one.
  const request = toExecRequest({ command: [...argv], cwd, agentId, sessionKey });
  if (request === null || validateRequest(request) !== null) return null;
  if (closedPolicy({ request }, deps) !== null) return null;
  const frozen = await freezePlan(request, origin, deps.plan);
  return frozen.kind === 'frozen' ? frozen.plan : null;
}

const origin: ExecOrigin = {
  transport: 'node-invoke',
  nodeId: null,
  nodeName: null,
  budgetMs: null,
};

/** What the exec host itself would ask about this plan (AP-02, AP-12). */
function question(plan: FrozenPlan, deps: ForeseeDeps): Omit<ForeseenRun, 'digests'> {
  const view = { policy: deps.store.resolve(plan.agentId), hash: deps.store.current().hash };
  const verdict = deps.engine(plan, view.policy, deps.clock.now());
  const proposal: AlwaysProposal =
    verdict.kind === 'prompt'
      ? proposalFor(plan, view, verdict, deps)
      : { offers: [], onceBecause: null };
  const { offers } = proposal;
  return {
    facts: factsOf(plan, view.policy, proposal),
    isOnceOnly: offers.length === 0,
    granted(selection) {
      const nowMs = deps.clock.now();
      const terms = { agentId: plan.agentId, nowMs, endOfDayMs: endOfLocalDay(nowMs) };
      return grantedRules(offers, selection, terms);
    },
  };
}

/** The readings of one text look at the same files: each is read once. */
function lookingOnce(probe: PathProbe): PathProbe {
  const looked = new Map<string, ReturnType<PathProbe['look']>>();
  return {
    lookNow: probe.lookNow,
    look(path, kind) {
      const key = `${kind}\0${path}`;
      const known = looked.get(key) ?? probe.look(path, kind);
      looked.set(key, known);
      return known;
    },
  };
}
