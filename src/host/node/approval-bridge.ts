import { claimedSubject } from '#core/approvals/claimed-subject.ts';
import { isPersonHere, type PresenceFacts } from '#core/approvals/presence.ts';
import type { ApprovalDesk, ApprovalOutcome } from '#core/approvals/types.ts';
import { errorText } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Clock, Hasher, Logger } from '#core/ports.ts';
import {
  execApprovalRequestedSchema,
  execApprovalResolvedSchema,
} from '#protocol/gateway-approvals.ts';
import type { GatewayLink } from './types.ts';

export interface ApprovalBridgeDeps {
  /** Operator connection with scope approvals, to a Gateway that is not ours. */
  readonly link: GatewayLink;
  readonly desk: ApprovalDesk;
  /** Read at every question. */
  readonly presence: () => PresenceFacts;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/**
 * Shows the approval requests of a foreign Gateway here and carries the answers back (exec-ipc
 * §6.3). Without an answer nothing is sent: the Gateway times out by itself.
 * @returns the stop function.
 */
export function bridgeApprovals(deps: ApprovalBridgeDeps): () => void {
  const { link, log } = deps;
  const open = new Map<string, AbortController>();
  const cancelAll = (): void => {
    for (const controller of open.values()) controller.abort();
    open.clear();
  };
  const stopEvents = link.onEvent((frame) => {
    if (frame.event === 'exec.approval.requested') {
      const requested = execApprovalRequestedSchema.safeParse(frame.payload);
      if (requested.success) void ask(deps, open, requested.data);
      else log.warn('approval-bridge.malformed', { event: frame.event });
    } else if (frame.event === 'exec.approval.resolved') {
      const resolved = execApprovalResolvedSchema.safeParse(frame.payload);
      if (resolved.success) open.get(resolved.data.id)?.abort();
    }
  });
  // A question belongs to the connection it came on.
  const stopStates = link.onState((state) => {
    if (state.kind !== 'connected') cancelAll();
  });
  return () => {
    stopEvents();
    stopStates();
    cancelAll();
  };
}

type Requested = ReturnType<typeof execApprovalRequestedSchema.parse>;

async function ask(
  deps: ApprovalBridgeDeps,
  open: Map<string, AbortController>,
  { id, request, expiresAtMs }: Requested,
): Promise<void> {
  const timeoutMs = expiresAtMs - deps.clock.now();
  if (open.has(id) || timeoutMs <= 0) return;
  // Whoever asked is told by the Gateway when nobody answers anywhere.
  if (!isPersonHere(deps.presence(), request.sessionKey ?? null)) return;
  const controller = new AbortController();
  open.set(id, controller);
  try {
    const ticket = deps.desk.ask(
      {
        kind: 'gateway-request',
        subject: claimedSubject(request, messages.prompt.whyGateway),
        planDigest: deps.hasher.sha256Hex(JSON.stringify(request)),
        offered:
          request.ask === 'always'
            ? ['allow-once', 'deny']
            : ['allow-once', 'allow-always', 'deny'],
        timeoutMs,
      },
      controller.signal,
    );
    await answer(deps, id, await ticket.outcome);
  } catch (error) {
    deps.log.warn('approval-bridge.failed', { id, error: errorText(error) });
  } finally {
    open.delete(id);
  }
}

async function answer(
  { link }: ApprovalBridgeDeps,
  id: string,
  outcome: ApprovalOutcome,
): Promise<void> {
  if (outcome.kind !== 'allowed' && outcome.kind !== 'denied') return;
  const decision = outcome.kind === 'denied' ? 'deny' : outcome.decision;
  await link.request('exec.approval.resolve', { id, decision }, { timeoutMs: 10_000 });
}
