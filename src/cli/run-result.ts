import { messages } from '#core/messages.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { exitCodeOfSignal, exitCodes } from './exit-codes.ts';

/** Time a person has to answer, on top of the command's own limit. */
const answerMs = 300_000;
/** For approval and command together when neither has a limit. */
const unlimitedMs = 600_000;

/** How long `run` waits in all, in ms. */
export function runWaitMs(limits: {
  readonly timeout?: number | undefined;
  readonly wait?: number | undefined;
}): number {
  if (limits.wait !== undefined) return limits.wait;
  return limits.timeout === undefined ? unlimitedMs : limits.timeout + answerMs;
}

export interface RunEnding {
  readonly exitCode: number;
  /** What the output alone does not say; null when the command simply ended. */
  readonly note: string | null;
}

/** The exit code a shell would give for this command, and a sentence when it has none. */
export function runEnding(payload: RunPayload, timeoutMs: number | undefined): RunEnding {
  const { exitCode, error } = payload;
  if (payload.timedOut) {
    const note = messages.cli.commandTimedOut(timeoutMs ?? null);
    return { exitCode: exitCodes.failed, note };
  }
  // On the wire a signal is its bare number (exec-ipc §3.7); its name tells it from an exit code.
  const signal = /^ended by (SIG[A-Z0-9]+)$/.exec(error ?? '')?.[1];
  if (signal !== undefined) {
    return { exitCode: exitCodeOfSignal(signal), note: messages.cli.endedBySignal(signal) };
  }
  if (exitCode == null) {
    return { exitCode: exitCodes.failed, note: error ?? messages.cli.noExitCode };
  }
  return { exitCode, note: null };
}
