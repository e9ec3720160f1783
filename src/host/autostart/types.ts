/**
 * `on`: starts with the next login. `needs-approval`: our file is there and the system does not load
 * it, so a person has to allow it in the system's settings. `unknown`: the system did not tell, or
 * what is there is not ours.
 */
export type AutostartStatus = 'on' | 'off' | 'needs-approval' | 'unknown';

/** Launch at login, as the operating system has it; nothing is remembered here. */
export interface Autostart {
  /** Never throws. */
  status(): Promise<AutostartStatus>;
  /**
   * @throws CompanionError UNSAFE_PATH when something else is where our file goes; INVALID_REQUEST
   *   for a program or variable that cannot be written down safely (S14); UNAVAILABLE when the
   *   system refuses.
   */
  set(on: boolean): Promise<void>;
}

/** What starts at login. */
export interface AutostartProgram {
  /** Bundle id of the flavour (D1): label of the agent, name of the file. */
  readonly id: string;
  /** Name a person reads in the system's own list. */
  readonly name: string;
  /** Absolute path and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Our environment; only the names listed in `variables.ts` are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How a system tool ended. */
export interface ToolResult {
  /** Exit code; null when it could not be started or took too long. */
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs a tool of the system to its end: exact argv, no shell. Never rejects. */
export type RunTool = (argv: readonly [string, ...string[]]) => Promise<ToolResult>;
