import { describe, expect, it } from 'vitest';
import { runEnding, runWaitMs } from '#cli/run-result.ts';

const payload = { timedOut: false, success: false, stdout: '', stderr: '' };

describe('how `run` ends', () => {
  it.each([
    [{ ...payload, success: true, exitCode: 0 }, 0, null],
    [{ ...payload, exitCode: 15, error: 'exit 15' }, 15, null],
    [{ ...payload, exitCode: 15, error: 'ended by SIGTERM' }, 143, /ended by SIGTERM/],
    [{ ...payload, exitCode: 9, error: 'ended by SIGKILL' }, 137, /ended by SIGKILL/],
    [{ ...payload, timedOut: true, error: 'timeout' }, 1, /after its limit of 500 ms/],
    [{ ...payload, error: 'failed to start: nope' }, 1, /failed to start: nope/],
    [{ ...payload, exitCode: null, error: null }, 1, /without an exit code/],
    // A number of signals this system does not know is still a failure.
    [{ ...payload, exitCode: 99, error: 'ended by SIGNOPE' }, 1, /SIGNOPE/],
  ])('%j', (result, exitCode, note) => {
    const ending = runEnding(result, 500);
    expect(ending.exitCode).toBe(exitCode);
    if (note === null) expect(ending.note).toBeNull();
    else expect(ending.note).toMatch(note);
  });

  it('a node that has a limit of its own is not said to have ours', () => {
    expect(runEnding({ ...payload, timedOut: true }, undefined).note).toBe(
      'The command was stopped: its time was over.',
    );
  });

  it.each([
    [{}, 600_000],
    [{ timeout: 1_000 }, 301_000],
    [{ wait: 5 }, 5],
    [{ timeout: 1_000, wait: 5 }, 5],
  ])('with %j it waits %i ms in all', (limits, ms) => {
    expect(runWaitMs(limits)).toBe(ms);
  });
});
