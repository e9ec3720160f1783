import { type ApprovalModel, standStill } from './model.ts';
import { pairingOf } from './pairing-model.ts';

/** What was allowed here and did not run, as a sentence; null when there is nothing to say. */
export function notRunOf({ snapshot }: ApprovalModel): string | null {
  const last = snapshot?.approvals.last ?? null;
  return last?.outcome === 'not-run' ? last.text : null;
}

/** Another question is in view by now: it is said on its page, which has to be looked at first. */
export function besideNotRun(
  before: ApprovalModel,
  after: ApprovalModel,
  nowMs: number,
): ApprovalModel {
  const notRun = notRunOf(after);
  const isAsking = after.shown !== null || pairingOf(after) !== null;
  if (notRun === null || !isAsking || after.held !== null) return after;
  const isTold = notRun === notRunOf(before) && after.content === before.content;
  return isTold ? after : { ...standStill(after, nowMs), notice: notRun, noticeGoesOn: false };
}
