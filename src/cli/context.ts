import type { StateDir } from '#host/store/state-dir.ts';
import type { Console } from './console.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What every command gets: where its state is, where it writes, what the shell said. */
export interface CliContext {
  readonly stateDir: StateDir;
  readonly env: Environment;
  readonly io: Console;
  readonly json: boolean;
  /** Aborted by SIGINT, SIGTERM and SIGHUP; the reason is the signal's name. */
  readonly signal: AbortSignal;
}

/** Resolves when one of the signals is aborted, at once if one is already. */
export function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  return new Promise((resolve) => {
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });
}
