import { describe, expect, it } from 'vitest';
import { approvalText } from '#cli/approval-text.ts';
import { approvalLines, type ShownApproval } from '#core/approvals/subject-text.ts';
import type { ApprovalSubject, PendingApproval } from '#core/approvals/types.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import { messages } from '#core/messages.ts';
import { approvalView } from '#host/sockets/approval-view.ts';
import { subjectOf } from '#support/approvals.ts';

/** Questions of our own Gateway, whose run may come here (AP-02, D6). */

const question = (overrides: Partial<ApprovalSubject>): ShownApproval => ({
  ...subjectOf({ executable: null, ...overrides }),
  kind: 'gateway-request',
});
const textOf = (approval: ShownApproval, id: string) =>
  approvalLines(approval).flatMap((line) => (line.id === id ? [line.text] : []));

describe('a question whose run may come here', () => {
  it('says so, and does not say that it runs elsewhere', () => {
    const here = question({ mayRunHere: true });
    expect(textOf(here, 'permissions')).toEqual(["may run here, with this app's permissions"]);
    expect(textOf(here, 'executable')).toEqual(['not known before it runs']);
    const elsewhere = question({});
    expect(textOf(elsewhere, 'permissions')).toEqual([messages.prompt.runsElsewhere]);
    expect(textOf(elsewhere, 'executable')).toEqual([messages.prompt.unknownExecutable]);
  });

  it('names the program that was found here as known, and one that is claimed as claimed', () => {
    const executable = '/usr/bin/ls';
    expect(textOf(question({ mayRunHere: true, executable }), 'executable')).toEqual([executable]);
    expect(textOf(question({ executable }), 'executable')).toEqual(['"/usr/bin/ls" (claimed)']);
  });

  it('says the same with openclaw-mac', () => {
    const { kind, ...subject } = question({ mayRunHere: true });
    const times = { createdAtMs: 0, expiresAtMs: null, count: 1 };
    const pending = { ...times, id: '1', kind, subject, planDigest: '', displayDigest: '' };
    const view = approvalView({ ...pending, offered: ['deny'] } as unknown as PendingApproval);
    expect(approvalText(view)).toContain("may run here, with this app's permissions");
  });

  it('lists no arguments where the text was made from them, whatever they hold', () => {
    const argv = ['/bin/sh', '-c', 'echo "a\n\u200B"', ''];
    const made = question({ argv, commandText: canonicalCommandText(argv) });
    expect(textOf(made, 'arguments')).toEqual([]);
    expect(textOf(made, 'warning')).toEqual([messages.risks.hidden]);
    expect(textOf(question({ argv, commandText: 'echo' }), 'arguments')).toHaveLength(1);
  });

  it('takes no escape of a made text for a letter of a word', () => {
    const argv = ['echo', 'a\u0430'];
    const made = question({ argv, commandText: canonicalCommandText(argv) });
    expect(textOf(made, 'warning')).toEqual([messages.risks.lookalikes(['a\u0430'])]);
  });
});
