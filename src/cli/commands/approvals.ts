import { pauseMs } from '#core/approvals/pause.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import {
  approvalDecidedSchema,
  type PendingApprovalView,
  pendingApprovalViewSchema,
} from '#protocol/control-socket.ts';
import type { ExecDecision } from '#protocol/exec-socket.ts';
import { approvalText, approvalTitle } from '../approval-text.ts';
import type { CliContext } from '../context.ts';
import { pauseLength } from '../pause-length.ts';

/** `openclaw-mac approvals list`. */
export async function listApprovals(context: CliContext): Promise<number> {
  const pending = pendingApprovalViewSchema
    .array()
    .parse(await callControl(context.stateDir.controlSocket, { op: 'approvals.list' }));
  if (context.json) context.io.json({ ok: true, approvals: pending });
  else if (pending.length === 0) context.io.out(`${messages.cli.nothingPending}\n`);
  else for (const approval of pending) context.io.out(`${approvalTitle(approval)}\n`);
  return 0;
}

/** `openclaw-mac approvals show ID`: everything a person needs to decide. */
export async function showApproval(context: CliContext, id: string): Promise<number> {
  const approval = await find(context, id);
  if (context.json) context.io.json({ ok: true, approval });
  else context.io.out(`${approvalText(approval)}\n`);
  return 0;
}

export interface DecideOptions {
  readonly note?: string;
  /** With `deny` only: pause the agent too, for as long as usual or for a span. */
  readonly pause?: true | string;
}

/** `openclaw-mac approvals allow-once|allow-always|deny ID`: answers what `show` shows now. */
export async function decideApproval(
  context: CliContext,
  id: string,
  decision: ExecDecision,
  { note, pause }: DecideOptions,
): Promise<number> {
  const pauseAgentMs = typeof pause === 'string' ? pauseLength('--pause', pause) : pauseMs;
  const approval = await find(context, id, decision);
  const decided = approvalDecidedSchema.parse(
    await callControl(context.stateDir.controlSocket, {
      op: 'approvals.decide',
      id: approval.id,
      decision,
      displayDigest: approval.displayDigest,
      ...(note === undefined ? {} : { note }),
      ...(pause === undefined ? {} : { pauseAgentMs }),
    }),
  );
  if (context.json) {
    context.io.json({ ok: true, ...decided });
    return 0;
  }
  context.io.err(messages.cli.decided(decision, approval.id));
  if (decided.pause) {
    const { agent, sinceMs, untilMs } = decided.pause;
    context.io.err(messages.pause.begun(agent, untilMs - sinceMs));
    context.io.err(messages.cli.resumeHint);
  }
  return 0;
}

/**
 * Ids are random, but whoever asks again and again gets one that begins like another. From here on
 * that takes too long to meet what a person has just read (S24).
 */
const leastAllowingChars = 8;

/**
 * Full id or a prefix that names one pending approval.
 * @throws CompanionError USAGE for a prefix too short to allow anything.
 */
async function find(
  context: CliContext,
  id: string,
  decision: ExecDecision = 'deny',
): Promise<PendingApprovalView> {
  const pending = pendingApprovalViewSchema
    .array()
    .parse(await callControl(context.stateDir.controlSocket, { op: 'approvals.list' }));
  const exact = pending.find((approval) => approval.id === id);
  if (exact) return exact;
  const [only, ...more] = pending.filter((approval) => approval.id.startsWith(id));
  if (!only || more.length > 0) {
    const fits = only ? more.length + 1 : 0;
    throw new CompanionError('INVALID_REQUEST', messages.cli.noSuchApproval(id, fits), {
      hint: messages.cli.listApprovalsHint,
    });
  }
  if (decision === 'deny' || id.length >= leastAllowingChars) return only;
  throw new CompanionError('USAGE', messages.cli.idTooShort(leastAllowingChars));
}
