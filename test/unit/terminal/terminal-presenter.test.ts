import { describe, expect, it } from 'vitest';
import { terminalBench } from '#support/terminal.ts';

const offered = ['allow-once', 'allow-always', 'deny'] as const;

describe('answers on the terminal', () => {
  it.each([
    ['a\r', { kind: 'allowed', decision: 'allow-once' }],
    ['always\r', { kind: 'allowed', decision: 'allow-always' }],
    ['d\r', { kind: 'denied' }],
    ['D\r', { kind: 'denied' }],
    ['\r', { kind: 'denied' }],
    ['a\u007F\n', { kind: 'denied' }],
    ['ax\u007F\n', { kind: 'allowed', decision: 'allow-once' }],
  ])('%j', async (keys, expected) => {
    const { terminal, ask, arm, press } = terminalBench();
    terminal.start();
    const { outcome } = ask({ offered });
    arm();
    await press(keys);
    expect(await outcome).toMatchObject({ ...expected, by: { surface: 'terminal', who: 'user' } });
  });

  it('Esc alone denies, as a person', async () => {
    const { terminal, ask, arm, press, clock } = terminalBench();
    terminal.start();
    const { outcome } = ask();
    arm();
    await press('\u001B');
    clock.advance(50);
    expect((await outcome).kind).toBe('denied');
  });

  it('arrow and function keys are not Esc, in one piece or in several', async () => {
    const { terminal, ask, arm, press, clock, queue } = terminalBench();
    terminal.start();
    const { outcome } = ask();
    arm();
    for (const keys of ['\u001B[A', '\u001BOP', '\u001B[1;5C', '\u001B', '[B']) await press(keys);
    clock.advance(100);
    expect(queue.list()).toHaveLength(1);
    await press('a\r');
    expect((await outcome).kind).toBe('allowed');
  });

  it.each(['y\r', 'A\r', ' a\r', 'allow\r', 'yes\r', 'aa\r', 'ALWAYS\r', `${'a'.repeat(99)}\r`])(
    '%j asks again and decides nothing',
    async (keys) => {
      const { terminal, ask, arm, press, queue, screen } = terminalBench();
      terminal.start();
      ask({ offered });
      arm();
      await press(keys);
      expect(queue.list()).toHaveLength(1);
      expect(screen()).toContain('That is no answer.');
    },
  );

  it('"always" is no answer where it is not offered', async () => {
    const { terminal, ask, arm, press, queue, screen } = terminalBench();
    terminal.start();
    ask({ offered: ['allow-once', 'deny'] });
    arm();
    await press('always\r');
    expect(queue.list()).toHaveLength(1);
    expect(screen()).toContain('That is no answer.');
  });

  it('Enter alone is no answer where deny is not offered, and no default is shown', async () => {
    const { terminal, ask, arm, press, queue, screen } = terminalBench();
    terminal.start();
    ask({ offered: ['allow-once'] });
    arm();
    await press('\r');
    expect(queue.list()).toHaveLength(1);
    expect(screen()).toContain('That is no answer.');
    expect(screen()).not.toContain('[D]eny');
  });

  it('Esc decides nothing where deny is not offered (exec-ipc §7.3)', async () => {
    const { terminal, ask, arm, press, queue, clock, screen } = terminalBench();
    terminal.start();
    ask({ offered: ['allow-once'] });
    arm();
    await press('\u001B');
    clock.advance(50);
    await new Promise(setImmediate);
    expect(queue.list()).toHaveLength(1);
    expect(screen()).toContain('That answer is not offered here.');
  });

  it('p denies and pauses the agent, and says so (D15)', async () => {
    const { terminal, ask, arm, press, queue, screen } = terminalBench();
    terminal.start();
    const first = ask({ agent: 'a', command: 'one' });
    const second = ask({ agent: 'a', command: 'two' });
    ask({ agent: 'b', command: 'three' });
    arm();
    await press('p\r');
    for (const { outcome } of [first, second]) {
      expect(await outcome).toMatchObject({ kind: 'denied', by: { surface: 'terminal' } });
    }
    expect(queue.pauses.list()).toMatchObject([{ agent: 'a', by: { who: 'user' } }]);
    expect(queue.list().map((one) => one.subject.agentId)).toEqual(['b']);
    expect(screen()).toContain('Nothing ran. The agent is paused for 10 min.');
    expect(screen()).not.toContain('two');
  });

  it.each([
    ['an agent without a name', { subject: { agentId: null } }],
    ['a question that no one may deny', { offered: ['allow-once'] as const }],
  ])('p is no answer for %s', async (_, options) => {
    const { terminal, ask, arm, press, queue, screen } = terminalBench();
    terminal.start();
    ask(options);
    arm();
    await press('p\r');
    expect(screen()).toContain('That is no answer.');
    expect(queue.list()).toHaveLength(1);
    expect(queue.pauses.list()).toEqual([]);
  });

  it('says what happened when another surface answered, and shows the next question', async () => {
    const { terminal, ask, decide, screen } = terminalBench();
    terminal.start();
    const { approval } = ask({ command: 'first' });
    ask({ command: 'second' });
    decide(approval.id, 'deny');
    await new Promise(setImmediate);
    expect(screen()).toContain('Denied in the window. Nothing ran.');
    expect(screen().indexOf('│ \u001B[1msecond')).toBeGreaterThan(screen().indexOf('Denied in'));
  });

  it('says that nothing ran when the time is over, and leaves no timer behind', async () => {
    const { terminal, ask, clock, screen } = terminalBench();
    terminal.start();
    ask({ timeoutMs: 15_000 });
    clock.advance(15_000);
    await new Promise(setImmediate);
    expect(screen()).toContain('No answer in time. Nothing ran.');
    expect(clock.waiting).toBe(0);
  });
});

describe('arming (AP-05, decisions "Arming")', () => {
  it.each(['\r', 'a\r', 'd\r', 'p\r', '\u001B', 'always\r'])(
    'keys typed before the question or in its first 800 ms do not count: %j',
    async (keys) => {
      const { terminal, ask, arm, press, clock, queue } = terminalBench();
      terminal.start();
      await press(keys);
      ask({ offered, timeoutMs: null });
      await press(keys);
      clock.advance(799);
      await press(keys);
      arm();
      clock.advance(100);
      expect(queue.list()).toHaveLength(1);
    },
  );

  it('a letter from before arming does not join an Enter from after it: that one denies', async () => {
    const { terminal, ask, arm, press } = terminalBench();
    terminal.start();
    const { outcome } = ask();
    await press('a');
    arm();
    await press('\r');
    expect(await outcome).toMatchObject({ kind: 'denied' });
  });

  it('the Enters of one answer too many do not deny the next question', async () => {
    const { terminal, ask, arm, press, queue } = terminalBench();
    terminal.start();
    ask({ command: 'one' });
    ask({ command: 'two' });
    arm();
    await press('a\r\n\r');
    expect(queue.list().map((one) => one.subject.commandText)).toEqual(['two']);
  });

  it('what waited in the keyboard buffer while the program was busy is dropped', async () => {
    const { terminal, ask, press, clock, queue } = terminalBench();
    terminal.start();
    ask();
    // A busy second: the arming timer fires first, and only then are the old keys delivered.
    clock.advance(800);
    await press('a\r');
    clock.advance(20);
    expect(queue.list()).toHaveLength(1);
  });

  it('starts anew for the next question in the queue', async () => {
    const { terminal, ask, arm, press, queue } = terminalBench();
    terminal.start();
    ask({ command: 'one' });
    ask({ command: 'two' });
    arm();
    await press('a\ra\r');
    expect(queue.list().map((one) => one.subject.commandText)).toEqual(['two']);
  });

  it('an Esc that was pressed for the last question does not deny the next', async () => {
    const { terminal, ask, arm, press, decide, queue, clock } = terminalBench();
    terminal.start();
    const first = ask({ command: 'one' });
    ask({ command: 'two' });
    arm();
    await press('\u001B');
    decide(first.approval.id);
    clock.advance(60);
    expect(queue.list().map((one) => one.subject.commandText)).toEqual(['two']);
  });

  it('a key that was not complete leaves no timer behind when the question is over', async () => {
    const { terminal, ask, arm, press, decide, clock } = terminalBench();
    terminal.start();
    const { approval } = ask();
    arm();
    await press('\u001B');
    decide(approval.id);
    expect(clock.waiting).toBe(0);
  });
});

describe('the end of the terminal', () => {
  it.each([
    ['Ctrl-D', async (bench: ReturnType<typeof terminalBench>) => bench.press('\u0004')],
    ['end of input', async ({ input }: ReturnType<typeof terminalBench>) => input.end()],
    [
      'a lost terminal',
      async ({ input }: ReturnType<typeof terminalBench>) => input.destroy(new Error('EIO')),
    ],
    [
      'a lost screen',
      async ({ output }: ReturnType<typeof terminalBench>) => output.destroy(new Error('EIO')),
    ],
  ])('%s cancels, and never decides (S34)', async (_, end) => {
    const bench = terminalBench();
    bench.terminal.start();
    const { outcome } = bench.ask();
    bench.arm();
    await end(bench);
    expect(await outcome).toEqual({ kind: 'cancelled', why: 'presenter-gone' });
    expect(bench.modes).toEqual([true, false]);
    expect(bench.clock.waiting).toBe(0);
  });

  it('Ctrl-C stops the program, with or without a question, and decides nothing', async () => {
    const bench = terminalBench();
    bench.terminal.start();
    await bench.press('\u0003');
    bench.ask();
    await bench.press('\u0003');
    expect(bench.interrupts).toBe(2);
    expect(bench.queue.list()).toHaveLength(1);
  });

  it('refuses an input that is no terminal: a pipe must not answer', () => {
    const { terminal, queue } = terminalBench({ inputIsTty: false });
    expect(() => terminal.start()).toThrow('on a terminal only');
    expect(queue.list()).toHaveLength(0);
  });

  it('keeps the keyboard until it is closed, and gives it back once', () => {
    const { terminal, modes, input } = terminalBench();
    terminal.start();
    terminal.start();
    terminal.close();
    terminal.close();
    expect(modes).toEqual([true, false]);
    expect(input.listenerCount('data')).toBe(0);
  });
});

describe('the countdown', () => {
  it('rewrites one line, once a second, while the question is shown', async () => {
    const { terminal, ask, arm, clock, screen } = terminalBench();
    terminal.start();
    ask({ timeoutMs: 15_000 });
    arm();
    clock.advance(3_000);
    await new Promise(setImmediate);
    const drawn = screen()
      .split('\r\u001B[2K')
      .flatMap((line) => line.match(/(?<=^Answer \[D\]eny \()\d+ s(?= left\): $)/) ?? []);
    expect(drawn).toEqual(['15 s', '14 s', '13 s', '12 s']);
  });

  it('is not animated where a line cannot be rewritten', async () => {
    const { terminal, ask, arm, clock, screen } = terminalBench({ outputIsTty: false });
    terminal.start();
    ask({ timeoutMs: 15_000 });
    arm();
    clock.advance(3_000);
    await new Promise(setImmediate);
    expect(screen().match(/Answer/g)).toHaveLength(1);
    expect(screen()).not.toContain('\u001B');
  });

  it('needs no timer without a deadline', () => {
    const { terminal, ask, arm, clock } = terminalBench();
    terminal.start();
    ask({ timeoutMs: null });
    arm();
    expect(clock.waiting).toBe(0);
  });
});
