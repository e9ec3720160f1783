import { claimedRiskNotes } from '#core/analysis/claimed-risks.ts';
import type { ApprovalSubject } from '#core/approvals/types.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { ShownApproval } from '#ipc/approvals.ts';
import { shownApproval } from '#main/state/shown-approval.ts';
import { subjectOf } from '#support/approvals.ts';
import { pageTime } from '#support/page-bench.ts';

const here = {
  nodeId: 'our-node',
  permissions: () => "runs with this app's permissions: Screen Recording; not known: Automation",
};

interface Asked extends Partial<Pick<ApprovalSubject, 'why' | 'env' | 'onceBecause'>> {
  readonly argv: readonly [string, ...string[]];
  /** The program on the disk. */
  readonly executable: string;
  readonly count?: number;
}

/**
 * A question as the main process makes it of a command, once only: its pictures show what a person
 * would see.
 */
export function asked({ argv, executable, count = 1, ...more }: Asked): ShownApproval {
  const cwd = '/home/ann/code/api';
  const commandText = canonicalCommandText(argv);
  const notes = claimedRiskNotes({ text: commandText, argv, cwd });
  const subject = subjectOf({
    commandText,
    argv,
    cwd,
    executable,
    sessionKey: 'agent:main:main',
    nodeId: null,
    host: 'build',
    why: `No rule names ${executable}.`,
    risks: notes.map(({ text }) => text),
    riskFacts: notes.map(({ isPrivilege, spans }) => ({ isPrivilege, spans })),
    ...more,
  });
  const id = 'question-1';
  return shownApproval(
    {
      id,
      kind: 'exec',
      subject,
      planDigest: `plan-of-${id}`,
      displayDigest: `digest-of-${id}`,
      offered: ['allow-once', 'deny'],
      createdAtMs: pageTime,
      expiresAtMs: pageTime + 120_000,
      count,
    },
    here,
  );
}
