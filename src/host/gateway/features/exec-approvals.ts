import type { ApprovalDesk, ApprovalOutcome, PendingApproval } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import type { Clock, Hasher, Ids } from '#core/ports.ts';
import type { ClaimedRun, ForeseenRun } from '#host/exec/foresee.ts';
import { execDecisionSchema } from '#protocol/exec-socket.ts';
import {
  type ExecApprovalDecision,
  execApprovalIdParamsSchema,
  execApprovalListParamsSchema,
  execApprovalRequestParamsSchema,
  execApprovalResolveParamsSchema,
} from '#protocol/gateway-approvals.ts';
import {
  createApprovalEvents,
  decisionOf,
  requestedPayload,
  wireExpiry,
} from '../approval-events.ts';
import type { GrantBook } from '../approval-grants.ts';
import {
  approvalAskOf,
  type ClaimedRequest,
  claimedRequest,
  grantOf,
} from '../approval-request.ts';
import { clientIdentity, clientName } from '../callers.ts';
import { createOpenRequests } from '../open-requests.ts';
import { parseParams } from '../params.ts';
import {
  createRecentApprovals,
  decisionPayload,
  type RecentApproval,
  recentApproval,
  terminalReason,
} from '../recent-approvals.ts';
import type { Broadcaster, GatewayFeature, MethodCall, Session } from '../types.ts';

export interface ExecApprovalsFeatureDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly broadcaster: Broadcaster;
  readonly desk: ApprovalDesk;
  readonly grants: Pick<GrantBook, 'add'>;
  /** What a command would be where an exec host of ours may run it; null: it never gets there. */
  readonly foresee: (run: ClaimedRun) => Promise<ForeseenRun> | null;
  /** `Invocations.hasRunInFlight`. */
  readonly hasRunInFlight: (caller: string) => boolean;
}

/** `exec.approval.*`: asking and answering through the Gateway (gateway §9, exec-ipc §6). */
export function createExecApprovalsFeature(deps: ExecApprovalsFeatureDeps): GatewayFeature {
  return new ExecApprovals(deps).feature();
}

class ExecApprovals {
  readonly #deps: ExecApprovalsFeatureDeps;
  readonly #open;
  readonly #recent;
  readonly #events;
  readonly #stopping = new AbortController();

  constructor(deps: ExecApprovalsFeatureDeps) {
    this.#deps = deps;
    this.#open = createOpenRequests(deps.desk);
    this.#recent = createRecentApprovals(deps.clock);
    this.#events = createApprovalEvents({
      ...deps,
      wireIdOf: this.#open.wireIdOf,
      claimedPath: (wireId) => this.#open.get(wireId)?.claimedPath ?? null,
      onCleared: (approval, outcome) =>
        this.#recent.add(this.#open.wireIdOf(approval.id), recentApproval(approval, outcome)),
    });
  }

  feature(): GatewayFeature {
    return {
      methods: {
        'exec.approval.request': (params, call) => this.#request(params, call),
        'exec.approval.resolve': (params, call) => this.#resolve(params, call.session),
        'exec.approval.waitDecision': (params) => this.#waitDecision(params),
        'exec.approval.list': (params) => this.#list(params),
        'exec.approval.get': (params) => this.#get(params),
      },
      events: ['exec.approval.requested', 'exec.approval.resolved'],
      connected: (session) => this.#events.connected(session),
      disconnected: (session) => this.#events.disconnected(session),
      stop: () => {
        this.#stopping.abort();
        this.#events.stop();
      },
    };
  }

  async #request(params: unknown, call: MethodCall): Promise<ExecApprovalDecision> {
    const method = 'exec.approval.request';
    const request = claimedRequest(parseParams(method, execApprovalRequestParamsSchema, params));
    // Frozen before anybody reads it: what changes from now on is not what they allow (AP-11).
    const foreseeing = this.#deps.foresee(request.run);
    return this.#putUp(request, foreseeing && (await foreseeing), call);
  }

  async #putUp(
    request: ClaimedRequest,
    foreseen: ForeseenRun | null,
    call: MethodCall,
  ): Promise<ExecApprovalDecision> {
    const { params } = request;
    const id = params.id ?? this.#deps.ids.uuid();
    if (this.#open.get(id) || this.#open.pending(id)) {
      throw new CompanionError('INVALID_REQUEST', 'approval id already pending');
    }
    // An answer names the id alone: reused, it could meet another command on its way (S24).
    if (this.#recent.get(id)) {
      throw new CompanionError('INVALID_REQUEST', 'approval id already used; choose a new one');
    }
    if (params.id !== undefined && this.#recent.full) {
      throw new CompanionError('UNAVAILABLE', 'too many approvals lately; ask without an id');
    }
    const accept = params.twoPhase === true ? call.accept : undefined;
    // Who waits in two phases may come back on another connection and ask with waitDecision.
    const signal = accept ? this.#stopping.signal : call.signal;
    const { approval, settled } = this.#ask(id, request, foreseen, call.session, signal);
    const { createdAtMs } = approval;
    accept?.({ status: 'accepted', id, createdAtMs, expiresAtMs: wireExpiry(approval) });
    return decisionPayload(id, await settled);
  }

  #ask(
    id: string,
    request: ClaimedRequest,
    foreseen: ForeseenRun | null,
    session: Session,
    signal: AbortSignal,
  ): { readonly approval: PendingApproval; readonly settled: Promise<RecentApproval> } {
    const { promise: settled, resolve } = Promise.withResolvers<RecentApproval>();
    const deskId = request.params.id === undefined ? id : this.#deps.ids.uuid();
    // Before asking: the queue shows the question, and may even get its answer, inside `ask`.
    this.#open.add(id, {
      deskId,
      asker: clientIdentity(session),
      claimedPath: request.params.resolvedPath ?? null,
      settled,
    });
    try {
      const { hasher } = this.#deps;
      const asked = approvalAskOf(deskId, request, foreseen, clientName(session), hasher);
      // Agents are invented at no cost; devices are not (S26).
      const ask = { ...asked, caller: clientIdentity(session) };
      const ticket = this.#deps.desk.ask(ask, signal);
      void ticket.outcome.then((outcome) => {
        const { approval } = ticket;
        this.#finish(id, approval, outcome);
        const isAllowed = outcome.kind === 'allowed';
        const grant = isAllowed ? grantOf(approval.id, request, foreseen, outcome) : null;
        if (grant) this.#deps.grants.add(grant);
        resolve(recentApproval(ticket.approval, outcome));
      });
      return { approval: ticket.approval, settled };
    } catch (error) {
      this.#open.remove(id);
      throw error;
    }
  }

  #finish(id: string, approval: PendingApproval, outcome: ApprovalOutcome): void {
    this.#open.remove(id);
    this.#recent.add(id, recentApproval(approval, outcome));
  }

  #resolve(params: unknown, session: Session) {
    const method = 'exec.approval.resolve';
    const { id, decision: text } = parseParams(method, execApprovalResolveParamsSchema, params);
    const decision = execDecisionSchema.safeParse(text).data;
    if (!decision) throw new CompanionError('INVALID_REQUEST', 'invalid decision');
    const approval = this.#open.pending(id);
    if (!approval) return this.#repeat(id, decision);
    if (decision !== 'deny') this.#refuseSelfApproval(id, session);
    const result = this.#deps.desk.answer({
      id: approval.id,
      decision,
      by: { surface: 'gateway-operator', who: clientName(session) },
      displayDigest: null,
    });
    switch (result) {
      case 'accepted':
        return { ok: true };
      case 'unknown':
        throw unknownApproval();
      case 'not-offered':
        throw new CompanionError('INVALID_REQUEST', `${decision} is unavailable for this command`);
      case 'stale':
        // The wire cannot say which text was read, and more requests have joined since.
        throw new CompanionError(
          'INVALID_REQUEST',
          'approval changed after it was shown; deny it here or allow it in the companion',
        );
    }
  }

  /** The same answer again is fine, another one comes too late (exec-ipc §6.2). */
  #repeat(id: string, decision: string) {
    const earlier = this.#recent.get(id);
    const decided = earlier && decisionOf(earlier.outcome);
    if (!decided) throw unknownApproval();
    if (decided === decision) return { ok: true };
    throw new CompanionError('INVALID_REQUEST', 'approval already resolved', {
      details: { reason: 'APPROVAL_ALREADY_RESOLVED' },
    });
  }

  /**
   * Nobody allows what they asked for, whatever their scopes or client mode (which is a claim):
   * neither the device that sent the request nor, for questions raised elsewhere, a device that
   * itself waits for a run or a policy change. Denying is always theirs.
   */
  #refuseSelfApproval(id: string, session: Session): void {
    const who = clientIdentity(session);
    const asker = this.#open.get(id)?.asker;
    const asked = asker === undefined ? this.#deps.hasRunInFlight(who) : asker === who;
    if (!asked) return;
    throw new CompanionError(
      'INVALID_REQUEST',
      'a client may not allow its own request; answer from another device or in the companion',
      { details: { reason: 'SELF_APPROVAL' } },
    );
  }

  async #waitDecision(params: unknown): Promise<ExecApprovalDecision> {
    const method = 'exec.approval.waitDecision';
    const { id } = parseParams(method, execApprovalIdParamsSchema, params);
    const result = (await this.#open.get(id)?.settled) ?? this.#recent.get(id);
    if (!result) throw new CompanionError('INVALID_REQUEST', 'approval expired or not found');
    return { ...decisionPayload(id, result), ...terminalReason(result.outcome) };
  }

  #list(params: unknown) {
    parseParams('exec.approval.list', execApprovalListParamsSchema, params ?? {});
    return this.#deps.desk.list().map((one) => {
      const id = this.#open.wireIdOf(one.id);
      return requestedPayload(id, one, this.#open.get(id)?.claimedPath ?? null);
    });
  }

  #get(params: unknown) {
    const { id } = parseParams('exec.approval.get', execApprovalIdParamsSchema, params);
    const approval = this.#open.pending(id);
    if (!approval) throw unknownApproval();
    const { subject, offered } = approval;
    return {
      id,
      commandText: subject.commandText,
      allowedDecisions: offered,
      host: subject.host,
      nodeId: subject.nodeId,
      agentId: subject.agentId,
      expiresAtMs: wireExpiry(approval),
    };
  }
}

function unknownApproval(): CompanionError {
  return new CompanionError('INVALID_REQUEST', 'unknown approval id');
}
