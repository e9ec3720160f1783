import type { ApprovalDesk, ApprovalPresenter } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Environment } from './context.ts';

/** `--decide`: answers without a person, for tests only (architecture §5). */

export const testDecisions = ['allow-once', 'allow-always', 'deny', 'none'] as const;
export type TestDecision = (typeof testDecisions)[number];

/** @throws CompanionError USAGE outside of tests. */
export function requireTestMode(env: Environment): void {
  if (env.OPENCLAW_COMPANION_TEST === '1') return;
  throw new CompanionError('USAGE', messages.cli.testAidRefused, {
    hint: messages.cli.testAidHint,
  });
}

/** Attaches a surface that gives every question the same answer; `none` gives none. */
export function attachTestAid(desk: ApprovalDesk, decision: TestDecision): void {
  if (decision === 'none') return;
  const presenter: ApprovalPresenter = {
    surface: 'test-aid',
    mode: 'all',
    present(approval) {
      const { id, displayDigest, offered } = approval;
      desk.answer({
        id,
        // "Always" is not offered for everything; a person would then allow it once.
        decision: offered.includes(decision) || decision === 'deny' ? decision : 'allow-once',
        by: { surface: 'test-aid', who: null },
        displayDigest,
      });
    },
    clear: () => undefined,
  };
  desk.attach(presenter);
}
