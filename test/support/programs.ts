import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { tempDir } from './temp-dir.ts';

/** Starts the built programs the way a person would, for tests from outside. */

const outDir = fileURLToPath(new URL('../../out/cli/', import.meta.url));

function program(name: string): string {
  const path = `${outDir}${name}.mjs`;
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" first`);
  return path;
}

/** The ready line of `openclaw-companion --headless` (architecture §5). */
export interface ReadyLine {
  readonly event: 'ready';
  readonly pid: number;
  readonly version: string;
  readonly gateway: { readonly url: string; readonly mode: 'own' | 'attached' };
  readonly execSocket: string;
  readonly controlSocket: string;
  readonly bridgeSocket: string | null;
  readonly nodeId: string;
}

export interface RunningProgram {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly stateDir: string;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the first stdout line, parsed. Rejects when the program ends before it. */
  line<T>(matches: (value: T) => boolean): Promise<T>;
  /** Resolves once everything written to stderr matches. Rejects when the program ends before. */
  complains(pattern: RegExp): Promise<void>;
  /** The same for stdout. */
  says(pattern: RegExp): Promise<void>;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  /** SIGTERM, then waits for the end. */
  stop(): Promise<number | string>;
}

export interface StartOptions {
  readonly stateDir?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder; our own by default. */
  readonly cwd?: string;
  /** Where its end is ordered; by default it ends with the running test. */
  readonly atEnd?: (end: () => Promise<void>) => void;
}

function start(name: string, args: readonly string[], options: StartOptions): RunningProgram {
  const stateDir = options.stateDir ?? tempDir();
  return followProgram(name, ownNode([program(name), ...args, '--state-dir', stateDir]), {
    ...options,
    stateDir,
  });
}

function ownNode(args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, ...args];
}

/** Follows a program from its start to its end; what is still running after the test is killed. */
export function followProgram(
  name: string,
  [file, ...argv]: readonly [string, ...string[]],
  { stateDir, env, cwd, atEnd = onTestFinished }: StartOptions & { readonly stateDir: string },
): RunningProgram {
  const child = spawn(file, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: stateDir, ...env },
  });
  let stdout = '';
  let stderr = '';
  const readers = new Set<() => void>();
  const notify = () => {
    for (const read of readers) read();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    notify();
  });
  const exited = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return await exited;
  };
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  const matching = (text: () => string, pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const read = () => {
        if (!pattern.test(text())) return;
        readers.delete(read);
        resolve();
      };
      readers.add(read);
      read();
      void exited.then((code) => {
        reject(new Error(`${name} ended with ${code} and never said ${pattern}:\n${stderr}`));
      });
    });
  return {
    child,
    stateDir,
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
    stop,
    complains: (pattern) => matching(() => stderr, pattern),
    says: (pattern) => matching(() => stdout, pattern),
    line: <T>(matches: (value: T) => boolean) =>
      new Promise<T>((resolve, reject) => {
        let seen = 0;
        const read = () => {
          const lines = stdout.split('\n').slice(0, -1);
          for (const text of lines.slice(seen)) {
            const value = JSON.parse(text) as T;
            if (!matches(value)) continue;
            readers.delete(read);
            resolve(value);
            return;
          }
          seen = lines.length;
        };
        readers.add(read);
        read();
        void exited.then((code) => {
          readers.delete(read);
          reject(new Error(`${name} ended with ${code} before the line came:\n${stderr}`));
        });
      }),
  };
}

/** A headless companion on a port of its own; resolves when everything listens. */
export async function startCompanion(
  options: StartOptions & { readonly decide?: string } = {},
): Promise<RunningProgram & { readonly ready: ReadyLine }> {
  const decide = options.decide === undefined ? [] : ['--decide', options.decide];
  const running = start(
    'openclaw-companion',
    ['--headless', '--port', '0', '--json', ...decide, ...(options.args ?? [])],
    {
      ...options,
      env: {
        ...(options.decide === undefined ? {} : { OPENCLAW_COMPANION_TEST: '1' }),
        ...options.env,
      },
    },
  );
  const ready = await running.line<ReadyLine>((line) => line.event === 'ready');
  return { ...running, ready };
}

/** A node host beside a companion (its own process, its own identity); resolves when connected. */
export async function startNodeHost(
  companion: { readonly ready: ReadyLine; readonly stateDir: string },
  options: StartOptions = {},
): Promise<RunningProgram & { readonly nodeId: string }> {
  const { hostname, port } = new URL(companion.ready.gateway.url);
  const running = start(
    'openclaw-mac',
    ['node', 'run', '--host', hostname, '--port', port, ...(options.args ?? [])],
    { ...options, stateDir: options.stateDir ?? companion.stateDir },
  );
  const connected = await running.line<{ event: string; nodeId: string }>(
    (line) => line.event === 'connected',
  );
  return { ...running, nodeId: connected.nodeId };
}

export interface CliResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `openclaw-mac ARGS`; the state directory comes through the environment. */
export function startCli(
  stateDir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): RunningProgram {
  return followProgram('openclaw-mac', ownNode([program('openclaw-mac'), ...args]), {
    stateDir,
    cwd,
    env: { OPENCLAW_COMPANION_STATE_DIR: stateDir, ...env },
  });
}

/** Runs `openclaw-mac ARGS` to its end. */
export async function runCli(
  stateDir: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): Promise<CliResult> {
  const running = startCli(stateDir, args, env, cwd);
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

/** Starts `openclaw-companion ARGS` as they are, for starts that are expected to fail. */
export function startCompanionProcess(
  args: readonly string[],
  options: StartOptions = {},
): RunningProgram {
  return start('openclaw-companion', args, options);
}

/** Starts one of the repository's scripts, as `npm run` would. */
export function startScript(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const path = fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));
  return followProgram(name, ownNode([path, ...args]), { stateDir: tempDir(), env });
}
