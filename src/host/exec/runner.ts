import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { errorText } from '#core/errors.ts';
import { createOutputTail } from '#core/exec/output-tail.ts';
import type { Clock, CommandRunner, Logger, RunSpec } from '#core/ports.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import { createGroupStopper, type GroupStopper } from './group-stopper.ts';
import { type Orphans, unseenOrphans } from './orphans.ts';
import { createProcessGroups, type ProcessGroups } from './process-groups.ts';

/** After the command's exit, how long a background child that holds its output is listened to. */
const drainMs = 50;

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** `null`: the process survived SIGKILL. */
type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null;

interface RunnerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** What our commands leave behind; by default it is out of sight. */
  readonly orphans?: Orphans;
}

/** Runs commands in our own context (D7, exec-ipc §3.7). */
export interface LocalCommandRunner extends CommandRunner {
  /** Process groups we started, for the ancestry check (D12). */
  runningGroups(): ReadonlySet<number>;
  /** Some process that descends from a command may be alive; cheap. */
  mayHaveDescendants(): boolean;
  /** For shutdown: kills what runs, starts nothing more, resolves when every run has answered. */
  killAll(): Promise<void>;
}

export function createCommandRunner(deps: RunnerDeps): LocalCommandRunner {
  const groups = createProcessGroups(deps.clock, deps.orphans ?? unseenOrphans);
  const active = new Map<GroupStopper, Promise<RunPayload>>();
  let stopped = false;

  const run = async (spec: RunSpec, signal: AbortSignal): Promise<RunPayload> => {
    if (stopped || signal.aborted) return withoutOutput('cancelled');
    const child = startChild(spec);
    if (child instanceof Error) return withoutOutput(`failed to start: ${errorText(child)}`);
    if (child.pid === undefined) return await spawnFailure(child);
    const stopper = createGroupStopper(child.pid, spec.timeoutMs, signal, deps);
    const result = watch(child, child.pid, spec, stopper, groups, deps.clock);
    active.set(stopper, result);
    return await result.finally(() => active.delete(stopper));
  };

  return {
    run,
    runningGroups: groups.ids,
    mayHaveDescendants: groups.mayHaveDescendants,
    async killAll() {
      stopped = true;
      for (const stopper of active.keys()) stopper.cancel();
      await Promise.all(active.values());
      groups.stop();
    },
  };
}

function startChild(spec: RunSpec): Child | Error {
  const [argv0, ...args] = spec.argv;
  try {
    return spawn(spec.file, args, {
      argv0,
      cwd: spec.cwd,
      // Copied: Node may add to it, and the plan is frozen.
      env: { ...spec.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      // Own session and process group, so that the whole tree can be signalled.
      detached: true,
    });
  } catch (error) {
    // Synchronous refusals of Node, such as E2BIG or an argument it cannot pass.
    return error instanceof Error ? error : new Error(errorText(error));
  }
}

async function spawnFailure(child: Child): Promise<RunPayload> {
  const error = await new Promise<Error>((resolve) => child.once('error', resolve));
  // Out of descriptors: then Node made no streams, whatever the types say.
  child.stdout?.destroy();
  child.stderr?.destroy();
  return withoutOutput(`failed to start: ${error.message}`);
}

function withoutOutput(error: string): RunPayload {
  return { timedOut: false, success: false, stdout: '', stderr: '', error };
}

/** Both streams are drained from the first moment, so that the child never blocks on a full pipe. */
async function watch(
  child: Child,
  group: number,
  spec: RunSpec,
  stopper: GroupStopper,
  groups: ProcessGroups,
  clock: Clock,
): Promise<RunPayload> {
  groups.started(group);
  const stdout = keepTail(child.stdout, spec.maxBytesPerStream);
  const stderr = keepTail(child.stderr, spec.maxBytesPerStream);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const ending = await Promise.race([exited, stopper.gaveUp.then(() => null)]);
  // A leader that obeyed SIGTERM may leave members behind that did not.
  if (stopper.cause() !== null) await stopper.killed;
  stopper.release();
  groups.exited(group);
  await drained(closed, clock);
  child.stdout.destroy();
  child.stderr.destroy();
  return payloadOf(ending, stopper, stdout.text(), stderr.text());
}

function keepTail(stream: Readable, maxBytes: number) {
  const tail = createOutputTail(maxBytes);
  stream.on('data', (chunk: Uint8Array) => tail.push(chunk));
  // A read error ends the stream; what came before it is still the output.
  stream.on('error', () => {});
  return tail;
}

/**
 * Resolves when both pipes are at their end, or, when a background child still holds one, after a
 * grace. `setImmediate` comes after the poll phase: what the command wrote has been read by then,
 * even when the event loop was late.
 */
async function drained(closed: Promise<void>, clock: Clock): Promise<void> {
  const grace = Promise.withResolvers<void>();
  const cancel = clock.schedule(drainMs, () => setImmediate(grace.resolve));
  await Promise.race([closed, grace.promise]);
  cancel();
}

function payloadOf(
  ending: Ending,
  stopper: GroupStopper,
  stdout: string,
  stderr: string,
): RunPayload {
  const cause = stopper.cause();
  const output = { stdout, stderr };
  if (cause !== null) {
    return { timedOut: cause === 'timeout', success: false, ...output, error: cause };
  }
  if (ending?.signal) {
    const { signal } = ending;
    const exitCode = constants.signals[signal];
    return { exitCode, timedOut: false, success: false, ...output, error: `ended by ${signal}` };
  }
  const exitCode = ending?.code ?? 0;
  return exitCode === 0
    ? { exitCode, timedOut: false, success: true, ...output }
    : { exitCode, timedOut: false, success: false, ...output, error: `exit ${exitCode}` };
}
