import type { StateDir } from '#host/store/state-dir.ts';
import type { Console } from './console.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every command gets: where its state is, where it writes, what the shell said. */
export interface CliContext {
  readonly stateDir: StateDir;
  readonly env: Environment;
  readonly io: Console;
  readonly json: boolean;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Runs one command and returns its exit code. */
export type CliCommand<Options> = (context: CliContext, options: Options) => Promise<number>;
