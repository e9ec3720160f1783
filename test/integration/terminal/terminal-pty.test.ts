import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { startInPty } from '#support/pty.ts';
import { tempDir } from '#support/temp-dir.ts';

const program = fileURLToPath(new URL('../../support/terminal-child.ts', import.meta.url));

async function terminal() {
  const outcomeFile = join(tempDir(), 'outcome.json');
  const pty = startInPty([process.execPath, program, outcomeFile]);
  const pid = Number((await pty.see(/pid (\d+);/))[1]);
  return {
    ...pty,
    pid,
    /** Starts the presenter and asks. */
    ask: () => process.kill(pid, 'SIGUSR1'),
    outcome: () =>
      vi.waitFor(() => JSON.parse(readFileSync(outcomeFile, 'utf8')), { timeout: 20_000 }),
  };
}

describe('the question on a real terminal (ui.md §7)', () => {
  it('shows the whole command, escaped, and takes a typed answer', async () => {
    const { ask, see, type, outcome, exited } = await terminal();
    ask();
    await see(/│ printf \\u\{1B\}\[2K↵\r\n│ two\r\n/);
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    type('always\r');
    expect(await outcome()).toMatchObject({ kind: 'allowed', decision: 'allow-always' });
    await see(/Allowed always on the terminal\./);
    expect(await exited).toBe(0);
  });

  it('does not count a letter that waited in the keyboard buffer when it started', async () => {
    const { ask, see, type, outcome } = await terminal();
    type('a');
    await see(/;a$/);
    ask();
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    // With that letter it would allow.
    type('\r');
    expect(await outcome()).toMatchObject({ kind: 'denied', by: { surface: 'terminal' } });
  });

  it('Enter alone denies, as the line says, but not one from before the question', async () => {
    const { ask, see, type, outcome } = await terminal();
    type('\r\r');
    await see(/;\r\n\r\n$/);
    ask();
    await see(/d \+ Enter, Enter alone or Esc denies/);
    // Still in its first 800 ms.
    await see(/keys count in a moment\.$/);
    type('\r');
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    // Were it answered already, this would not be there to be refused.
    type('x\r');
    await see(/That is no answer\./);
    type('\r');
    expect(await outcome()).toMatchObject({ kind: 'denied', by: { surface: 'terminal' } });
    await see(/Denied on the terminal\. Nothing ran\./);
  });

  it('p + Enter, as the line of keys says, denies and pauses the agent (D15)', async () => {
    const { ask, see, type, outcome } = await terminal();
    ask();
    await see(/p \+ Enter denies and pauses the agent\r\n/);
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    type('p\r');
    const end = { kind: 'denied', by: { surface: 'terminal' }, pausedMs: 600_000 };
    expect(await outcome()).toMatchObject(end);
    await see(/Denied on the terminal\. Nothing ran\. The agent is paused for 10 min\./);
  });

  it.each([
    ['Esc', '\u001B', { kind: 'denied', by: { surface: 'terminal', who: null }, note: null }],
    ['Ctrl-D', '\u0004', { kind: 'cancelled', why: 'presenter-gone' }],
    ['Ctrl-C', '\u0003', { kind: 'cancelled', why: 'shutdown' }],
  ])('%s never allows', async (_, keys, expected) => {
    const { ask, see, type, outcome } = await terminal();
    ask();
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    type(keys);
    expect(await outcome()).toEqual(expected);
  });

  it('cancels when the terminal is closed, and the program lives on to say so (S34)', async () => {
    const { ask, see, hangUp, outcome } = await terminal();
    ask();
    await see(/Answer \[D\]eny \(\d+ s left\): $/);
    hangUp();
    expect(await outcome()).toEqual({ kind: 'cancelled', why: 'presenter-gone' });
  });
});
