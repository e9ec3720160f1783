import { describe, expect, it } from 'vitest';
import { terminalBench } from '#support/terminal.ts';

const why = 'Nothing ran. The rules changed after you allowed this; ask again to run it.';

describe('allowed on the terminal, and nothing ran (AP-11)', () => {
  it('gets a line of its own', async () => {
    const { terminal, ask, arm, press, screen } = terminalBench();
    terminal.start();
    const ticket = ask();
    arm();
    await press('a\r');
    const before = screen();
    ticket.nothingRan(why);
    await new Promise(setImmediate);
    expect(before).toMatch(/Allowed once on the terminal by "user"\.\n$/);
    expect(screen()).toBe(`${before}${why}\n`);
  });

  it('keeps the next question, and what is typed for it', async () => {
    const { terminal, ask, arm, press, screen, queue } = terminalBench();
    terminal.start();
    const ticket = ask({ command: 'one' });
    const next = ask({ command: 'two' });
    arm();
    await press('a\r');
    arm();
    await press('a');
    const before = screen();
    ticket.nothingRan('a\u202Eb');
    await new Promise(setImmediate);
    const printed = screen().slice(before.length);
    const [line, answer] = printed.split('\n');
    expect(line).toBe('\r\u001B[2Ka\\u{202E}b');
    expect(answer).toMatch(/Answer.*: a$/);
    expect(before.endsWith(answer ?? '')).toBe(true);
    await press('\r');
    expect(await next.outcome).toMatchObject({ kind: 'allowed' });
    expect(queue.list()).toEqual([]);
  });
});
