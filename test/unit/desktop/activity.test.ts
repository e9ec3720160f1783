import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActivity } from '#core/desktop/activity.ts';
import { createAgentSessions } from '#core/desktop/agent-sessions.ts';
import { activityMessages } from '#core/messages-activity.ts';
import { type AgentEvent, agentEventSchema } from '#protocol/gateway-agent-events.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

interface Told {
  readonly stream?: string;
  readonly run?: string;
  readonly session?: string;
  readonly phase?: string;
  readonly tool?: string;
  readonly call?: string;
  readonly args?: AgentEvent['data']['args'];
  readonly seq?: number;
}

function bench() {
  const clock = createVirtualClock();
  const activity = createActivity({ clock, log: createFakeLogger() });
  const seen = { changes: 0 };
  activity.onChange(() => {
    seen.changes += 1;
  });
  let seq = 0;
  const tell = ({ session = 'agent:main:main', ...told }: Told = {}): void => {
    seq += 1;
    activity.agentEvent({
      runId: told.run ?? 'run-1',
      seq: told.seq ?? seq,
      stream: told.stream ?? 'lifecycle',
      sessionKey: session,
      data: { phase: told.phase, name: told.tool, toolCallId: told.call, args: told.args },
    });
  };
  const tool = (phase: string, rest: Told = {}) =>
    tell({ stream: 'tool', phase, tool: 'exec', call: 'call-1', ...rest });
  const lines = () => activity.list().map(activityMessages.line);
  const run = (commandText: string, agentId: string | null = 'main', sessionKey = 'main') =>
    activity.started({ commandText, agentId, sessionKey });
  return { clock, activity, seen, tell, tool, lines, run };
}

describe('activity of commands that run here', () => {
  it('begins with the command, ends with it, and needs no timer', () => {
    const { clock, seen, lines, run } = bench();
    const ended = run('npm test\nrm -rf x');
    expect(lines()).toEqual(['"main" (claimed) · running npm test…']);
    ended();
    ended();
    expect(lines()).toEqual([]);
    expect(seen.changes).toBe(2);
    expect(clock.waiting).toBe(0);
  });

  it('S34: goes on for the command and for others when somebody fails to draw it', () => {
    const { activity, seen, run } = bench();
    const stop = activity.onChange(() => {
      throw new Error('no window');
    });
    activity.onChange(() => {
      seen.changes += 1;
    });
    run('npm test')();
    expect(seen.changes).toBe(4);
    stop();
  });

  it('leaves the line to the session that has it until that is idle; the main one takes it at once', () => {
    const { clock, activity, run } = bench();
    const first = () => activity.list()[0]?.session;
    const start = (session: string) => {
      clock.advance(1);
      return run('make', 'build', session);
    };
    const ends = [start('agent:build:one')];
    expect(first()).toBe('agent:build:one');
    const other = start('agent:build:two');
    ends.push(start('agent:build:one'));
    start('agent:build:two')();
    expect(first()).toBe('agent:build:one');
    for (const end of ends) end();
    expect(first()).toBe('agent:build:two');
    const main = start('agent:main:main');
    start('agent:build:two')();
    expect(first()).toBe('agent:main:main');
    main();
    expect(first()).toBe('agent:build:two');
    other();
    expect(first()).toBeUndefined();
  });

  it('lists the main session first, then the newest, and no more than anybody reads', () => {
    const { clock, activity, lines, run } = bench();
    for (let index = 0; index < 40; index += 1) {
      clock.advance(1);
      run(`step ${index}`, 'build', 'agent:build:ci');
    }
    clock.advance(1);
    run('npm test');
    clock.advance(1);
    run('make', null, '');
    expect(lines().slice(0, 3)).toEqual([
      '"main" (claimed) · running npm test',
      'An unnamed agent · running make',
      '"build" (claimed) · running step 39',
    ]);
    expect(activity.list()).toHaveLength(20);
  });

  it('makes names and commands safe to show and short (S6)', () => {
    const { lines, run } = bench();
    run(`echo \u202E${'x'.repeat(500)}`, 'a"\u202Eb');
    const [line = ''] = lines();
    expect(line).toMatch(/^"a\\"\\u\{202E\}b" \(claimed\) · running echo \\u\{202E\}x+…$/);
    expect(line.length).toBeLessThan(200);
  });
});

describe('activity that a Gateway tells of (node-commands §6)', () => {
  it('is a job from start to end, by whoever the session belongs to', () => {
    const { tell, lines, clock } = bench();
    tell({ phase: 'start' });
    tell({ phase: 'start', run: 'run-2', session: 'agent:research:cron' });
    expect(lines()).toEqual(['"main" (claimed) · at work', '"research" (claimed) · at work']);
    tell({ phase: 'end' });
    tell({ phase: 'error', run: 'run-2', session: 'agent:research:cron' });
    expect(lines()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it.each([
    ['exec', { command: 'git status\n' }, 'running git status'],
    ['bash', {}, 'running a command'],
    ['Read', { path: '/a/b' }, 'reading /a/b'],
    ['write', { file_path: '/a/c' }, 'writing /a/c'],
    ['edit', { path: '/home/ann/code/api/src/server.ts' }, 'editing …/src/server.ts'],
    ['edit', undefined, 'editing a file'],
    ['browser', { path: '/not/shown' }, 'using browser'],
    ['', undefined, 'using a tool'],
  ])('says what the tool %j with %j does', (name, args, text) => {
    const { tool, lines } = bench();
    tool('start', { tool: name, args });
    expect(lines()).toEqual([`"main" (claimed) · ${text}`]);
  });

  it('keeps a tool in view for 2 s after its result, and the next tool at once', () => {
    const { tell, tool, lines, clock } = bench();
    tell({ phase: 'start' });
    tool('start', { args: { command: 'one' } });
    tool('result');
    clock.advance(1_999);
    expect(lines()).toEqual(['"main" (claimed) · running one']);
    // The grace of the first must not take the second away.
    tool('start', { call: 'call-2', args: { command: 'two' } });
    tool('result', { call: 'call-1' });
    clock.advance(5_000);
    expect(lines()).toEqual(['"main" (claimed) · running two']);
    tool('result', { call: 'call-2' });
    clock.advance(2_000);
    expect(lines()).toEqual(['"main" (claimed) · at work']);
  });

  it('drops what comes late: an older event, a word after the end, the end of an older run', () => {
    const { tell, tool, lines } = bench();
    tell({ phase: 'start', seq: 5 });
    tool('start', { seq: 4, args: { command: 'late' } });
    expect(lines()).toEqual(['"main" (claimed) · at work']);
    tell({ phase: 'start', run: 'run-2' });
    tell({ phase: 'end', run: 'run-1' });
    expect(lines()).toEqual(['"main" (claimed) · at work']);
    tell({ phase: 'end', run: 'run-2' });
    tell({ stream: 'assistant', run: 'run-2' });
    tell({ stream: 'assistant', run: 'run-1' });
    expect(lines()).toEqual([]);
  });

  it('is over after ten minutes without a word: an end can get lost', () => {
    const { tell, lines, clock } = bench();
    tell({ stream: 'assistant' });
    clock.advance(9 * 60_000);
    tell({ stream: 'assistant' });
    clock.advance(9 * 60_000);
    expect(lines()).toEqual(['"main" (claimed) · at work']);
    clock.advance(60_000);
    expect(lines()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('tells of a change only when the line changes, and holds one timer at most', () => {
    const { tell, tool, seen, clock } = bench();
    for (let word = 0; word < 500; word += 1) tell({ stream: 'assistant' });
    expect(seen.changes).toBe(1);
    tool('start');
    tool('update');
    tool('result');
    expect(seen.changes).toBe(2);
    expect(clock.waiting).toBe(1);
  });

  it('steps back behind the command itself, whatever the session is called', () => {
    const { tool, lines, run } = bench();
    tool('start', { args: { command: 'sh -lc "npm test"' } });
    const ended = run('npm test', 'main', 'main');
    expect(lines()).toEqual(['"main" (claimed) · running npm test']);
    ended();
    expect(lines()).toEqual(['"main" (claimed) · running sh -lc "npm test"']);
  });

  it('is not known any more when the connection is gone', () => {
    const { activity, tell, tool, lines, run, clock } = bench();
    tell({ phase: 'start' });
    tool('start', { run: 'run-2', session: 'agent:x:y' });
    run('make', 'build', 'agent:build:main');
    activity.agentsUnknown();
    expect(lines()).toEqual(['"build" (claimed) · running make']);
    expect(clock.waiting).toBe(0);
  });

  it('S26: 10 000 sessions of strangers keep 64; the quietest go first', () => {
    const clock = createVirtualClock();
    const sessions = createAgentSessions({ clock, onChange: () => undefined });
    const firstMs = clock.now() + 1;
    const said = { seq: 1, stream: 'assistant', data: {} };
    for (let index = 0; index < 10_000; index += 1) {
      clock.advance(1);
      sessions.event({ ...said, runId: `run-${index}`, sessionKey: `agent:a${index}:main` });
      sessions.event({ ...said, runId: 'run-0', seq: index + 2, sessionKey: 'agent:a0:main' });
    }
    const agents = sessions.list().map(({ agent }) => agent);
    expect(agents).toHaveLength(64);
    // It was never forgotten in between.
    expect(sessions.list().find(({ agent }) => agent === 'a0')?.sinceMs).toBe(firstMs);
    expect(agents).toContain('a9999');
    expect(clock.waiting).toBe(1);
  });

  it('S6: whatever an event holds, lines stay short, visible and on one line', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    const event = fc.record({
      runId: text,
      seq: fc.nat(),
      stream: fc.constantFrom('tool', 'lifecycle', 'assistant', 'x'),
      sessionKey: fc.oneof(text, fc.constant(undefined), fc.anything()),
      data: fc.record({
        phase: fc.constantFrom('start', 'result', 'end', 'update'),
        name: fc.oneof(text, fc.constantFrom('exec', 'read')),
        toolCallId: fc.anything(),
        args: fc.oneof(fc.record({ command: text, path: text }), fc.anything()),
      }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const { activity, lines } = bench();
        for (const raw of events) {
          const parsed = agentEventSchema.safeParse(raw);
          if (parsed.success) activity.agentEvent(parsed.data);
        }
        for (const line of lines()) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
  });
});
