import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { type PendingApprovalView, pendingApprovalViewSchema } from '#protocol/control-socket.ts';
import type { ExecDecision } from '#protocol/exec-socket.ts';
import { approvalText, approvalTitle } from '../approval-text.ts';
import type { CliContext } from '../context.ts';

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

/** `openclaw-mac approvals allow-once|allow-always|deny ID`: answers what `show` shows now. */
export async function decideApproval(
  context: CliContext,
  id: string,
  decision: ExecDecision,
  note: string | undefined,
): Promise<number> {
  const approval = await find(context, id);
  await callControl(context.stateDir.controlSocket, {
    op: 'approvals.decide',
    id: approval.id,
    decision,
    displayDigest: approval.displayDigest,
    ...(note === undefined ? {} : { note }),
  });
  if (context.json) context.io.json({ ok: true, id: approval.id, decision });
  else context.io.err(messages.cli.decided(decision, approval.id));
  return 0;
}

/** Full id or a prefix that names one pending approval. */
async function find(context: CliContext, id: string): Promise<PendingApprovalView> {
  const pending = pendingApprovalViewSchema
    .array()
    .parse(await callControl(context.stateDir.controlSocket, { op: 'approvals.list' }));
  const fits = pending.filter((approval) => approval.id.startsWith(id));
  const only = fits.find((approval) => approval.id === id) ?? (fits.length === 1 ? fits[0] : null);
  if (only) return only;
  throw new CompanionError('INVALID_REQUEST', messages.cli.noSuchApproval(id, fits.length), {
    hint: messages.cli.listApprovalsHint,
  });
}
