import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { AlwaysSelection, PendingApproval } from '#core/approvals/types.ts';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { createApprovalGrants } from '#host/gateway/approval-grants.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { createExecBench, inProcess } from './exec-host.ts';
import { createFakeGateway } from './fake-gateway.ts';
import { createFakeLogger } from './fakes.ts';

/** Device id of the companion whose exec host the bench has. */
export const ourNode = 'node-1';

/** A run that a client has a person asked about first, as its `system.run` says it. */
export type AskedRun = Pick<ExecRequest, 'argv'> & Partial<ExecRequest>;

/**
 * Our own Gateway and the exec host beside it, over real files and processes: what a person allows
 * there before a run is asked for (D6). The exec host's own questions are never answered.
 */
export function createGatewayQuestions() {
  const gateway = createFakeGateway();
  const log = createFakeLogger();
  const times = { clock: systemClock, ids: systemIds, hasher: systemHasher };
  const desk = createApprovalQueue({ ...times, log });
  const grants = createApprovalGrants(times);
  const exec = createExecBench({ deps: { grants } });
  gateway.use(
    createExecApprovalsFeature({
      ...times,
      broadcaster: gateway.broadcaster,
      desk,
      grants,
      foresee: (claim) => exec.foresee(claim, ourNode),
      hasRunInFlight: () => false,
    }),
  );
  const shown: PendingApproval[] = [];
  let present: (approval: PendingApproval) => void = (approval) => void shown.push(approval);
  desk.attach({
    surface: 'window',
    mode: 'all',
    present: (approval) => present(approval),
    clear: () => undefined,
  });
  const agent = gateway.connect({ deviceId: 'agent', scopes: ['operator.approvals'] });

  /** The question as a person gets it, and what the client will be told. */
  const ask = async (params: object) => {
    const { promise, resolve, reject } = Promise.withResolvers<PendingApproval>();
    present = resolve;
    const decided = gateway.call(agent, 'exec.approval.request', params);
    decided.catch(reject);
    return { question: await promise, decided };
  };
  const answer = (
    { id, displayDigest }: PendingApproval,
    decision: 'allow-once' | 'allow-always',
    grant?: AlwaysSelection,
  ) =>
    desk.answer({
      id,
      decision,
      by: { surface: 'window', who: 'ann' },
      displayDigest,
      ...(grant === undefined ? {} : { grant }),
    });
  /** Asks, allows, and waits until the client knows. */
  const allow = async (
    params: object,
    decision: 'allow-once' | 'allow-always' = 'allow-once',
    grant?: AlwaysSelection,
  ) => {
    const { question, decided } = await ask(params);
    const result = answer(question, decision, grant);
    if (result === 'accepted') await decided;
    return { question, result };
  };
  const run = (request: AskedRun, origin: Partial<ExecOrigin> = {}) =>
    exec.run(request, { ...inProcess, nodeId: ourNode, ...origin });
  return { gateway, agent, desk, exec, ask, answer, allow, run };
}
