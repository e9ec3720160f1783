import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approvalLines,
  displayDigest,
  questionDigest,
  type ShownApproval,
} from '#core/approvals/subject-text.ts';
import type { AlwaysOffer, AlwaysScope } from '#core/approvals/types.ts';
import { messages } from '#core/messages.ts';
import { askOf, subjectOf } from '#support/approvals.ts';
import { fakeHasher } from '#support/fakes.ts';

const textOf = (approval: ShownApproval, id: string) =>
  approvalLines(approval).flatMap((line) => (line.id === id ? [line.text] : []));

describe('approvalLines', () => {
  it('names who, what, with which program, where, with which variables and why, in this order (AP-02)', () => {
    const told = { env: { FOO: 'bar' }, risks: ['one', 'two'], always: ['a rule', 'b rule'] };
    const lines = approvalLines({ ...subjectOf(told), kind: 'exec' });
    expect(lines.map((line) => line.id)).toEqual([
      'title',
      'node',
      'session',
      'command',
      'risk',
      'risk',
      'executable',
      'cwd',
      'env',
      'security',
      'ask',
      'permissions',
      'why',
      'always',
      'always',
    ]);
    expect(lines.find((line) => line.id === 'env')?.text).toBe('FOO=bar');
  });

  it('quotes the names an asker gave and marks them as claimed (S25)', () => {
    const approval = {
      ...subjectOf({ host: 'mac', executable: '/bin/ls' }),
      kind: 'socket-request',
    };
    expect(textOf(approval, 'title')).toEqual(['"main" (claimed) asks to allow a command']);
    expect(textOf(approval, 'session')).toEqual(['"session-1" (claimed)']);
    expect(textOf(approval, 'node')).toEqual(['"node-1" (claimed)']);
    expect(textOf(approval, 'host')).toEqual(['"mac" (claimed)']);
    expect(textOf(approval, 'executable')).toEqual(['"/bin/ls" (claimed)']);
  });

  it('takes node and program of a run of ours as proved, its agent still as claimed', () => {
    const approval = { ...subjectOf(), kind: 'exec' };
    expect(textOf(approval, 'node')).toEqual(['node-1']);
    expect(textOf(approval, 'executable')).toEqual(['/bin/ls']);
    expect(textOf(approval, 'title')).toEqual(['"main" (claimed) wants to run a command']);
  });

  it('does not let a name end its own quotation', () => {
    const approval = subjectOf({ agentId: 'x" (verified) "y' });
    expect(textOf(approval, 'title')[0]).toBe(
      '"x\\" (verified) \\"y" (claimed) asks to allow a command',
    );
  });

  it('shows the arguments where the text of an asker hides their borders', () => {
    const approval = {
      ...subjectOf({ commandText: 'rm a b', argv: ['rm', 'a b'] }),
      kind: 'gateway-request',
    };
    expect(textOf({ ...approval, argv: ['rm', 'a b', ''] }, 'arguments')).toEqual([
      '0: rm\n1: a b\n2: ',
    ]);
    expect(textOf({ ...approval, commandText: 'rm a b c' }, 'arguments')).toEqual([
      '0: rm\n1: a b',
    ]);
    expect(textOf({ ...approval, commandText: 'rm a b' }, 'arguments')).toEqual([]);
  });

  it('says why it can be allowed only once (AP-12)', () => {
    const onceBecause = 'The text has a comment.';
    expect(textOf(subjectOf({ onceBecause }), 'once')).toEqual([onceBecause]);
    expect(textOf(subjectOf(), 'once')).toEqual([]);
  });

  it('warns of what hides in the rules that are offered', () => {
    const hidden = subjectOf({ offers: offers('exact-here', '/bin/l\u200Bs') });
    expect(textOf(hidden, 'warning')).toEqual([messages.risks.hidden]);
  });

  it('says how many requests one answer is for', () => {
    expect(textOf({ ...subjectOf(), count: 1 }, 'count')).toEqual([]);
    expect(textOf({ ...subjectOf(), count: 3 }, 'count')[0]).toContain('3 identical requests');
  });

  it('says how long a command is that does not fit a glance (S5)', () => {
    expect(textOf(subjectOf({ commandText: 'x'.repeat(1_001) }), 'length')).toEqual([
      '1001 characters; read to the end',
    ]);
    expect(textOf(subjectOf({ commandText: 'x'.repeat(1_000) }), 'length')).toEqual([]);
  });

  it('says once what a risk note and a warning both say', () => {
    const argv = ['ls', '\u200B'];
    const hidden = subjectOf({ argv, risks: [messages.risks.hidden] });
    expect(textOf(hidden, 'warning')).toEqual([]);
    expect(textOf(hidden, 'risk')).toEqual([messages.risks.hidden]);
    const elsewhere = subjectOf({ cwd: '/\u0430', risks: [messages.risks.hidden] });
    expect(textOf(elsewhere, 'warning')).toEqual([messages.risks.lookalikes(['\u0430'])]);
  });

  it('does not take the escapes of its own text for letters of the command', () => {
    const argv = ['echo', '\n\u043F\u0440\u0438\u0432\u0435\u0442'];
    const plan = {
      ...subjectOf({ argv, commandText: 'echo "\\n\u043F\u0440\u0438\u0432\u0435\u0442"' }),
    };
    expect(textOf({ ...plan, kind: 'exec' }, 'warning')).toEqual([]);
  });

  it('AP-03: breaks a script where its lines end, and not where a backslash was typed', () => {
    const argv = ['/bin/sh', '-lc', 'npm ci\n  npm test \\n'];
    const commandText = '/bin/sh -lc "npm ci\\n  npm test \\\\n"';
    const shown = '/bin/sh -lc "npm ci↵\n  npm test \\\\n"';
    for (const kind of ['exec', 'gateway-request'])
      expect(textOf({ ...subjectOf({ argv, commandText }), kind }, 'command')).toEqual([shown]);
  });

  it('shows the last character of a command of 65 536 (S5)', () => {
    const commandText = `${'x'.repeat(65_520)}; evil | sh`;
    expect(textOf(subjectOf({ commandText }), 'command')).toEqual([commandText]);
  });
});

const offers = (scope: AlwaysScope, sentence: string): readonly AlwaysOffer[] => [
  { command: 'ls', choices: [{ scope, sentence }] },
];

describe('displayDigest', () => {
  const ask = askOf();
  const digestOf = (other: Partial<typeof ask>) => questionDigest({ ...ask, ...other }, fakeHasher);

  it('changes with everything that is shown, with the plan and with the count', () => {
    const changes = [
      {},
      { kind: 'gateway-request' as const },
      { planDigest: 'other' },
      { offered: ['deny' as const] },
      { subject: subjectOf({ offers: offers('exact-anywhere', 'x') }) },
      { subject: subjectOf({ offers: offers('exact-here', 'y') }) },
      ...Object.entries({
        commandText: 'x',
        cwd: 'x',
        executable: 'x',
        agentId: 'x',
        sessionKey: 'x',
        nodeId: 'x',
        host: 'x',
        security: 'x',
        ask: 'x',
        env: { x: 'x' },
        why: 'x',
        risks: ['x'],
        always: ['x'],
        onceBecause: 'x',
        offers: offers('exact-here', 'x'),
      }).map(([name, value]) => ({ subject: subjectOf({ [name]: value }) })),
    ];
    const digests = changes.map((change) => digestOf(change));
    expect(new Set(digests).size).toBe(changes.length);
    const counted = [1, 2, 12].map((count) => displayDigest(digests[0] ?? '', count, fakeHasher));
    expect(new Set(counted).size).toBe(3);
  });

  it('is of the command text itself, however its lines are laid out', () => {
    const commandText = 'sh -c "a\\nb"';
    const laidOut = subjectOf({ commandText, argv: ['sh', '-c', 'a\nb'] });
    expect(digestOf({ subject: laidOut })).toBe(
      digestOf({ subject: subjectOf({ commandText, argv: ['sh', '-c', 'a\\nb'] }) }),
    );
  });

  it('is equal for equal questions, whatever their deadlines (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (commandText, timeoutMs) => {
        const subject = subjectOf({ commandText });
        expect(digestOf({ subject, timeoutMs })).toBe(digestOf({ subject, timeoutMs: null }));
      }),
    );
  });
});
