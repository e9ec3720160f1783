import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalLines } from '#core/approvals/subject-text.ts';
import type { AlwaysOffer, PendingApproval } from '#core/approvals/types.ts';
import { displayBlock } from '#core/display.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import { messages } from '#core/messages.ts';
import { type ShownApproval, shownApprovalSchema } from '#ipc/approvals.ts';
import { listedApproval, shownApproval as shownHere } from '#main/state/shown-approval.ts';
import { here, subjectOf } from '#support/approvals.ts';
import { forbiddenCodePoints, forbiddenIn } from '#support/code-points.ts';

type Overrides = Partial<Omit<PendingApproval, 'subject'>> & {
  readonly subject?: Parameters<typeof subjectOf>[0];
};

const shownApproval = (approval: PendingApproval) => shownHere(approval, here);

const pending = ({ subject, ...rest }: Overrides = {}): PendingApproval => ({
  id: 'id-1',
  kind: 'exec',
  planDigest: 'plan',
  displayDigest: 'shown',
  offered: ['allow-once', 'deny'],
  createdAtMs: 1_000,
  expiresAtMs: 16_000,
  count: 1,
  ...rest,
  subject: subjectOf(subject),
});

const textOf = ({ command }: ShownApproval) => command.map(({ text }) => text).join('');

/** Every text in it but the command, which has breaks of its own. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(0x22, 0x61, 0x0a, ...forbiddenCodePoints), { maxLength: 12 })
    .map((codes) => String.fromCodePoint(...codes)),
);
const maybe = fc.option(nasty, { nil: null });
const kind = fc.constantFrom(
  ...(['exec', 'socket-request', 'gateway-request', 'policy-change'] as const),
);

const offer = fc.tuple(nasty, nasty, nasty).map(([command, narrow, wide]): AlwaysOffer => {
  const choice = { scope: 'exact-here', sentence: narrow } as const;
  return { command, choices: [choice, { scope: 'exact-anywhere', sentence: wide }] };
});

const anyApproval: fc.Arbitrary<PendingApproval> = fc
  .record({
    commandText: nasty,
    argv: fc.option(fc.array(nasty, { maxLength: 3 }), { nil: null }),
    cwd: maybe,
    executable: maybe,
    agentId: maybe,
    sessionKey: maybe,
    nodeId: fc.oneof(maybe, fc.constant(here.nodeId)),
    host: maybe,
    security: maybe,
    ask: maybe,
    env: fc.dictionary(nasty, nasty, { maxKeys: 3 }),
    why: nasty,
    risks: fc.array(nasty, { maxLength: 3 }),
    riskFacts: fc.array(
      fc.record({
        isPrivilege: fc.boolean(),
        spans: fc.array(fc.record({ start: fc.nat(20), end: fc.nat(20) }), { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    identity: nasty,
    always: fc.array(nasty, { maxLength: 3 }),
    onceBecause: nasty,
    offers: fc.array(offer, { maxLength: 2 }),
  })
  .chain((subject) =>
    fc
      .record({ id: nasty, kind, count: fc.integer({ min: 1, max: 9 }) })
      .map((rest) =>
        pending({ ...rest, offered: ['allow-once', 'allow-always', 'deny'], subject }),
      ),
  );

describe('shownApproval', () => {
  it('lets no control or hidden character into any field (property, S6, AP-03)', () => {
    fc.assert(
      fc.property(anyApproval, (approval) => {
        const { command, facts = [], ...rest } = shownApproval(approval);
        for (const piece of command) {
          expect(forbiddenIn(piece.text, piece.kind === 'newline' ? '\n' : '')).toEqual([]);
        }
        for (const fact of facts) {
          expect(forbiddenIn(fact.text, fact.block ? '\n' : '')).toEqual([]);
        }
        for (const text of textsOf(rest)) expect(forbiddenIn(text)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('fits the contract and keeps every character of the command (property, S5)', () => {
    fc.assert(
      fc.property(anyApproval, (approval) => {
        const shown = shownApproval(approval);
        expect(shownApprovalSchema.parse(shown)).toEqual(shown);
        expect(textOf(shown)).toBe(displayBlock(approval.subject.commandText).text);
        expect(shown.commandChars).toBe(approval.subject.commandText.length);
      }),
    );
  });

  it('shows every line that the terminal shows: the digest stands for all of them (AP-02, S24)', () => {
    const subject = {
      commandText: 'rm a c',
      argv: ['rm', 'a b'],
      host: 'mac',
      env: { FOO: 'bar' },
      risks: ['deletes'],
      always: ['a rule'],
    };
    for (const kind of ['exec', 'gateway-request'] as const) {
      const approval = pending({ kind, subject, offered: ['allow-once', 'allow-always', 'deny'] });
      const shown = shownApproval(approval);
      const told = [...textsOf({ ...shown, command: [] }), textOf(shown)];
      const other = new Set(['node', 'host', 'session', 'env', 'always', 'count', 'length']);
      for (const { id, text } of approvalLines({ ...approval.subject, kind })) {
        // The window says more exactly what runs here with which permissions.
        const isKnownBetter = id === 'permissions' && kind === 'exec';
        if (!other.has(id) && !isKnownBetter) expect(told).toContain(text);
      }
      expect(told).toEqual(expect.arrayContaining(['node-1', 'mac', 'session-1', 'FOO', 'bar']));
      expect(shown.always).toEqual(['a rule']);
    }
  });

  it('marks the names an asker gave as claimed, so that the page quotes them (S25)', () => {
    const subject = { agentId: 'x" (verified) ”y', host: 'mac' };
    const claimedNode = shownApproval(pending({ kind: 'gateway-request', subject }));
    expect(claimedNode.agent).toEqual({ text: 'x\\" (verified) \\”y', claimed: true });
    expect(claimedNode.from).toEqual([
      { label: 'node', text: 'node-1', claimed: true },
      { label: 'host', text: 'mac', claimed: true },
      { label: 'session', text: 'session-1', claimed: true },
    ]);
    const own = shownApproval(pending());
    expect(own.from[0]).toEqual({ label: 'node', text: 'node-1', claimed: false });
    expect(own.agent.claimed).toBe(true);
    expect(own.title).toBe('"main" (claimed) wants to run a command');
  });

  it('calls an agent without a name unnamed, and cannot pause it', () => {
    const shown = shownApproval(pending({ subject: { agentId: null } }));
    expect(shown.agent).toEqual({ text: 'unnamed', claimed: false });
    expect(shown.canPause).toBe(false);
    expect(shownApproval(pending()).canPause).toBe(true);
    expect(shownApproval(pending({ offered: ['allow-once'] })).canPause).toBe(false);
  });

  it('offers "always" only where it is offered, and says what it means (AP-12)', () => {
    const rules = { always: ['git status in ~/code'] };
    const all = ['allow-once', 'allow-always', 'deny'] as const;
    expect(shownApproval(pending({ subject: rules }))).toMatchObject({
      always: [],
      canAlways: false,
    });
    expect(shownApproval(pending({ subject: rules, offered: all }))).toMatchObject({
      always: ['git status in ~/code'],
      canAlways: true,
    });
    expect(shownApproval(pending({ kind: 'gateway-request', offered: all }))).toMatchObject({
      always: [messages.desktop.alwaysElsewhere],
      canAlways: true,
    });
  });

  it('shows what can be stored and for whose list, and why there may be nothing (AP-12)', () => {
    const choice = { scope: 'exact-here', sentence: '/bin/ls in /a\u200Bb.' } as const;
    const offers = [{ command: 'ls', choices: [choice] as const }];
    const offered = ['allow-once', 'allow-always', 'deny'] as const;
    const shown = (subject: Overrides['subject'], over: Overrides = { offered }) =>
      shownApproval(pending({ ...over, subject: { always: ['a rule'], offers, ...subject } }));
    const words = [
      { command: 'ls', choices: [{ ...choice, sentence: '/bin/ls in /a\\u{200B}b.' }] },
    ];
    expect(shown({ agentId: 'ops' })).toMatchObject({ offers: words, ruleAgent: 'ops' });
    // Agents without a name share the list of main.
    expect(shown({ agentId: null })).toMatchObject({ ruleAgent: 'main' });
    expect(shown({}, {})).toMatchObject({ offers: [], onceBecause: null });
    expect(shown({}, {})).not.toHaveProperty('ruleAgent');
    const once = shown({ onceBecause: 'The text has a comment.' }, {});
    expect(once.onceBecause).toBe('The text has a comment.');
    const same = shown(
      { onceBecause: 'The text has a comment.', why: 'The text has a comment.' },
      {},
    );
    expect(same).toMatchObject({ why: 'The text has a comment.', onceBecause: null });
  });

  it('says whether its deadline can be moved (AP-17)', () => {
    expect(shownApproval(pending({ extendable: true })).canExtend).toBe(true);
    expect(shownApproval(pending()).canExtend).toBe(false);
  });

  it('lists the arguments where they are not the words of the command, and says so', () => {
    const subject = { commandText: 'rm a c', argv: ['rm', 'a b'] };
    const shown = shownApproval(pending({ kind: 'gateway-request', subject }));
    expect(shown.facts).toContainEqual({ label: 'arguments', text: '0: rm\n1: a b', block: true });
    expect(shown.notes).toEqual([
      { text: messages.desktop.argumentsDiffer, isPrivilege: false, isWarning: true },
    ]);
    expect(shownApproval(pending()).notes).toEqual([]);
  });

  it('numbers the notes, warnings first, and marks the words each speaks of', () => {
    const subject = {
      commandText: 'sudo rm \u200B',
      argv: ['sudo', 'rm', '\u200B'],
      risks: ['takes', 'deletes', 'runs'],
      riskFacts: [
        { isPrivilege: true, spans: [{ start: 0, end: 4 }] },
        { isPrivilege: false, spans: [] },
        {
          isPrivilege: false,
          spans: [
            { start: 0, end: 4 },
            { start: 5, end: 9 },
          ],
        },
      ],
    };
    const shown = shownApproval(pending({ subject }));
    expect(shown.notes).toEqual([
      { text: messages.risks.hidden, isPrivilege: false, isWarning: true },
      { text: 'takes', isPrivilege: true },
      { text: 'deletes', isPrivilege: false },
      { text: 'runs', isPrivilege: false },
    ]);
    expect(shown.command).toEqual([
      { text: 'sudo', kind: 'plain', notes: [2, 4] },
      { text: ' ', kind: 'plain' },
      { text: 'rm ', kind: 'plain', notes: [4] },
      { text: '\\u{200B}', kind: 'escape', notes: [4] },
    ]);
    // The list has no notes to point at.
    expect(listedApproval(pending({ subject }), shown).command).toEqual([
      { text: 'sudo rm ', kind: 'plain' },
      { text: '\\u{200B}', kind: 'escape' },
    ]);
  });

  it('AP-03: draws the line ends of a script as such, with the marks on their words', () => {
    const commandText = 'sh -c "a \\\\n\\n  sudo b"';
    const subject = {
      commandText,
      argv: ['sh', '-c', 'a \\n\n  sudo b'],
      risks: ['takes'],
      riskFacts: [{ isPrivilege: true, spans: [{ start: 16, end: 20 }] }],
    };
    const shown = shownApproval(pending({ subject }));
    expect(commandText.slice(16, 20)).toBe('sudo');
    expect(shown.command).toEqual([
      { text: 'sh -c "a \\\\n', kind: 'plain' },
      { text: '↵\n', kind: 'newline' },
      { text: '  ', kind: 'plain' },
      { text: 'sudo', kind: 'plain', notes: [1] },
      { text: ' b"', kind: 'plain' },
    ]);
    expect(shown.commandChars).toBe(commandText.length);
    const listed = listedApproval(pending({ subject }), shown).command;
    expect(listed.map(({ kind }) => kind)).toEqual(['plain', 'newline', 'plain']);
  });

  it('S5, S6: of what runs here nothing is cut and nothing hides, line by line (property)', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 3 }), (argv) => {
        const commandText = canonicalCommandText(argv);
        const shown = shownApproval(pending({ subject: { argv, commandText } }));
        expect(textOf(shown).replaceAll('↵\n', '\\n')).toBe(displayBlock(commandText).text);
        for (const piece of shown.command)
          expect(forbiddenIn(piece.text, piece.kind === 'newline' ? '\n' : '')).toEqual([]);
      }),
    );
  });

  it('ui.md §2: says "on this computer" for our own node, and keeps its id for Details', () => {
    const subject = { nodeId: here.nodeId, host: 'my"mac' };
    const own = shownApproval(pending({ subject }));
    expect(own.from).toEqual([
      { text: 'on this computer', claimed: false },
      { label: 'through node host', text: 'my\\"mac', claimed: false },
      { label: 'session', text: 'session-1', claimed: true },
    ]);
    expect(own.facts).toContainEqual({ label: 'node', text: 'our-node', block: false });
    // The exec socket proves no node; it is a socket of this computer.
    expect(shownApproval(pending({ subject: { nodeId: null } })).from[0]?.text).toBe(
      'on this computer',
    );
    const asked = shownApproval(pending({ kind: 'gateway-request', subject }));
    expect(asked.from[0]).toEqual({ label: 'node', text: 'our-node', claimed: true });
  });

  it('D7: names what commands get here, and says nothing of it for what runs elsewhere', () => {
    expect(shownApproval(pending()).permissions).toBe('runs as you');
    for (const kind of ['gateway-request', 'socket-request'] as const) {
      expect(shownApproval(pending({ kind })).permissions).toBe(messages.prompt.runsElsewhere);
    }
  });

  it('tells which plan and which file it is about', () => {
    const subject = { identity: 'device 1, inode 2\u200B' };
    expect(shownApproval(pending({ subject }))).toMatchObject({
      planDigest: 'plan',
      identity: 'device 1, inode 2\\u{200B}',
    });
    expect(shownApproval(pending()).identity).toBeNull();
  });

  it('says when nobody knows the program, and names none for a change of policy', () => {
    const subject = { executable: null };
    const asked = shownApproval(pending({ kind: 'gateway-request', subject }));
    expect(asked.executable).toBe(messages.prompt.unknownExecutable);
    expect(shownApproval(pending({ kind: 'policy-change', subject })).executable).toBeNull();
  });
});
