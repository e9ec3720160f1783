import { describe, expect, it } from 'vitest';
import { approvalText, approvalTitle } from '#cli/approval-text.ts';
import { renderQuestion } from '#cli/terminal/terminal-screen.ts';
import { approvalLines } from '#core/approvals/subject-text.ts';
import type { ApprovalOutcome, ApprovalSubject } from '#core/approvals/types.ts';
import { displayJson } from '#core/display.ts';
import { messages } from '#core/messages.ts';
import { approvalView } from '#host/sockets/approval-view.ts';
import { askOf, subjectOf } from '#support/approvals.ts';
import { forbiddenCodePoints, forbiddenIn } from '#support/code-points.ts';
import { allowOnce, createExecBench } from '#support/exec-host.ts';

/** Every field of a question with the same text in it. */
const everywhere = (text: string): ApprovalSubject => ({
  commandText: text,
  argv: [text],
  cwd: text,
  executable: text,
  agentId: text,
  sessionKey: text,
  nodeId: text,
  host: text,
  security: text,
  ask: text,
  env: { [text]: text },
  why: text,
  risks: [text],
  always: [text],
});

/** Everything but the newline, which a box shows as a break; single ones first. */
const listed = forbiddenCodePoints.filter((code) => code !== 0x0a);
const groups = [
  ...listed.slice(0, 64).map((code) => [code]),
  ...Array.from({ length: Math.ceil(listed.length / 256) }, (_, index) =>
    listed.slice(index * 256, (index + 1) * 256),
  ),
];

const fields = Object.keys(everywhere(''));
const kinds = ['exec', 'socket-request', 'gateway-request'] as const;

describe('S6: nothing invisible or misleading reaches a person unescaped', () => {
  it.each(fields)(
    'every listed code point in %s becomes a visible escape, with a warning',
    (field) => {
      for (const codes of groups) {
        const raw = codes.map((code) => `a${String.fromCodePoint(code)}b`).join('');
        const one = { [field]: everywhere(raw)[field as keyof ApprovalSubject] };
        // Arguments are shown where the text of an asker does not give their borders away.
        const lines = approvalLines({ ...subjectOf(), ...one, kind: 'gateway-request' });
        const shown = lines.map((line) => line.text).join('\n');
        const escapes = codes.map((code) => `a\\u{${code.toString(16).toUpperCase()}}b`);
        expect(shown).toContain(escapes.join(''));
        expect(forbiddenIn(shown, '\n')).toEqual([]);
        expect(lines.map((line) => line.text)).toContain(messages.prompt.hiddenCharacters);
      }
    },
  );

  it.each(kinds)('a newline breaks lines only inside the box of the command (%s)', (kind) => {
    const lines = approvalLines({ ...everywhere('one\ntwo'), kind });
    for (const line of lines.filter((one) => !one.block)) expect(line.text).not.toContain('\n');
    expect(lines.find((line) => line.id === 'command')?.text).toBe('one↵\ntwo');
  });

  it.each(kinds)(
    'no field of a %s can move the cursor, erase or add a line on the terminal',
    (kind) => {
      const attack = '\r\u001B[2K\u001B]0;x\u0007\u009B1A\u202Etxt';
      const subject = everywhere(attack);
      const { planDigest, offered } = askOf();
      const times = { createdAtMs: 0, expiresAtMs: null };
      const approval = { id: attack, kind, subject, planDigest, offered, count: 1, ...times };
      const screen = renderQuestion({ ...approval, displayDigest: '' }, 1, {
        columns: 80,
        rows: 24,
        color: false,
        rewrites: true,
      });
      expect(forbiddenIn(screen, '\n')).toEqual([]);
    },
  );

  it('a name from a client or a note is escaped in what is said about an outcome', () => {
    const by = { surface: 'gateway-operator', who: 'dev\u202E\u001B[2K' } as const;
    const outcomes: ApprovalOutcome[] = [
      { kind: 'allowed', decision: 'allow-once', by },
      { kind: 'denied', by, note: 'no\r\u200B' },
    ];
    for (const outcome of outcomes) {
      expect(forbiddenIn(messages.outcome('exec', outcome))).toEqual([]);
    }
  });

  it.each(fields.filter((field) => field !== 'env'))(
    'letters of two alphabets in %s are named in a warning',
    (field) => {
      const one = { [field]: everywhere('\u0441url')[field as keyof ApprovalSubject] };
      const lines = approvalLines({ ...subjectOf(), ...one, kind: 'gateway-request' });
      expect(lines.map((line) => line.text)).toContain(messages.prompt.lookalikes(['\u0441url']));
    },
  );

  it.each(kinds)('no field of a %s reaches the CLI unescaped, in words or as JSON', (kind) => {
    const attack = '\r\u001B[2K\u009B1A\u202Etxt\u200B\uFEFF\u{E0041}\uD800';
    const { planDigest, offered } = askOf();
    const times = { createdAtMs: 0, expiresAtMs: null };
    const pending = {
      id: attack,
      kind,
      subject: everywhere(attack),
      planDigest,
      offered,
      count: 1,
    };
    const view = approvalView({ ...pending, ...times, displayDigest: '' });
    expect(forbiddenIn(approvalText(view), '\n')).toEqual([]);
    expect(forbiddenIn(approvalTitle(view))).toEqual([]);
    expect(forbiddenIn(displayJson(view))).toEqual([]);
    expect(JSON.parse(displayJson(view))).toEqual(view);
  });

  it('what runs is not touched: the program gets the very characters that were escaped', async () => {
    const bench = createExecBench();
    bench.desk.answerWith(() => allowOnce);
    const raw = 'a\u202Eb\u200B\u00A0\u{E0041}\u0441url\tz';
    const result = await bench.run({ argv: ['/usr/bin/printf', '%s', raw] });
    expect(result).toMatchObject({ ok: true, payload: { stdout: raw } });
    const { subject } = bench.desk.asked[0] ?? askOf();
    expect(forbiddenIn(subject.commandText)).toEqual([]);
    expect(subject.risks).toContain(messages.risks.hidden);
    expect(subject.risks).toContain(messages.risks.lookalikes(['\u0441url']));
  });

  it('what is shown is not touched: the question keeps the raw command and arguments', () => {
    const subject = everywhere('rm\u202E -rf');
    const before = structuredClone(subject);
    approvalLines(subject);
    expect(subject).toEqual(before);
  });
});
