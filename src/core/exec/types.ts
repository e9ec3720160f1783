import type { ExecDecision, RunPayload } from '#protocol/exec-socket.ts';

/** One `system.run`, validated and free of nulls and trimming; who is asking is in {@link ExecOrigin}. */
export interface ExecRequest {
  /** Passed to the program unmodified; never empty. */
  readonly argv: readonly [string, ...string[]];
  /** The text the caller says it is; must agree with argv (exec-ipc §3.2). */
  readonly rawCommand: string | null;
  readonly cwd: string | null;
  /** Overrides asked for by the caller; the allow-list decides what survives (S13). */
  readonly env: Readonly<Record<string, string>>;
  /** Limit of the command's own run time in ms; null = none. */
  readonly timeoutMs: number | null;
  readonly needsScreenRecording: boolean;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly runId: string | null;
  /** What the caller *claims* was decided already: never a grant by itself (D6, S1). */
  readonly claimedDecision: ExecDecision | null;
}

/** How a request reached us. Set by the transport, never by the caller. */
export interface ExecOrigin {
  readonly transport: 'exec-socket' | 'node-invoke';
  /** Node the request came through: our own device id in process, else what the peer proved. */
  readonly nodeId: string | null;
  /** Shown to people as "through node host …". */
  readonly nodeName: string | null;
  /** Ms the caller will wait in all (prompt and run); null = for ever (D15). */
  readonly budgetMs: number | null;
}

/** Error triple of exec-ipc §3.5. */
export interface ExecFailure {
  readonly code: 'INVALID_REQUEST' | 'UNAVAILABLE';
  readonly message: string;
  readonly reason: string;
}

export type ExecResult =
  | { readonly ok: true; readonly payload: RunPayload }
  | { readonly ok: false; readonly error: ExecFailure };

/** Identity of a file or folder at the moment of looking; compared again right before spawn (S11). */
export interface PathIdentity {
  /** Real path: every symlink followed. */
  readonly path: string;
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  /** Last change of content or attributes: unlike the time of writing, nobody can set it back. */
  readonly ctimeNs: string;
  /** SHA-256 hex of the content; only of files looked at as `script`. */
  readonly sha256?: string;
  /** A program that may be a script, and whose content could not be taken into account. */
  readonly isUnread?: boolean;
}

/**
 * A `program` can be executed, a `directory` entered; a `script` is any regular file, whose content
 * counts.
 */
export type PathKind = 'directory' | 'program' | 'script';

/** One look at a path: what was there, or that nothing of its kind was. */
export interface Sighting {
  readonly path: string;
  readonly kind: PathKind;
  readonly found: PathIdentity | null;
  /** The command itself may change it before it is read: it is what a later program is given. */
  readonly mayChange?: boolean;
}

/** One program with its arguments: the whole of an argv, or one literal command of a shell text. */
export interface PlanSegment {
  readonly argv: readonly [string, ...string[]];
  readonly executable: PathIdentity;
  /** It reads what the segment before it writes, so both start together. */
  readonly isPiped?: boolean;
}

/**
 * What was proved about a plan: the list of all programs it starts (decisions D9). Rules speak of
 * segments, so an unproved plan is never allowed by one.
 */
export type PlanProof =
  | {
      readonly kind: 'proved';
      /**
       * `argv`: no shell is involved; `shell-command`: a shell text that is one literal command;
       * `shell-list`: literal commands joined by `&&`, `||`, `;` or `|`.
       */
      readonly form: 'argv' | 'shell-command' | 'shell-list';
      readonly segments: readonly [PlanSegment, ...PlanSegment[]];
      /**
       * The shell text, without a `cd FOLDER &&` at its start; that of a list names every program
       * by its real path. Null for `argv`.
       */
      readonly text: string | null;
      /** Where the segments run: the folder of the plan, or the one its text enters first. */
      readonly cwd: PathIdentity;
    }
  /** `reason` is a sentence for people. */
  | { readonly kind: 'unproved'; readonly reason: string };

/**
 * Everything that will run, frozen once (architecture §3 step 5). Nothing after it parses the
 * command again.
 */
export interface FrozenPlan {
  readonly argv: readonly [string, ...string[]];
  readonly executable: PathIdentity;
  /** Real path and identity of the working folder; size and mtime are not compared. */
  readonly cwd: PathIdentity;
  readonly proof: PlanProof;
  /** What the plan rests on; looked at again right before spawn (S11). */
  readonly sightings: readonly Sighting[];
  /** Complete environment of the child. */
  readonly env: Readonly<Record<string, string>>;
  /** The part of `env` that the caller asked for and got. */
  readonly envDelta: Readonly<Record<string, string>>;
  /** Names the caller asked for and did not get. */
  readonly envDropped: readonly string[];
  readonly timeoutMs: number | null;
  readonly agentId: string;
  readonly sessionKey: string | null;
  readonly nodeId: string | null;
  /** Canonical rendering of argv (exec-ipc §3.2 form 1): the text that is shown, logged and matched. */
  readonly commandText: string;
  /** `planDigest` of decisions.md: SHA-256 hex over all of the above that can matter. */
  readonly digest: string;
}

/**
 * Decides and runs one request; never rejects. `onStarted` is called once, right before the
 * command starts, by hosts that know (exec-ipc §6.4).
 */
export type ExecuteFn = (
  request: ExecRequest,
  origin: ExecOrigin,
  signal: AbortSignal,
  onStarted?: () => void,
) => Promise<ExecResult>;
