import type { ApprovalOutcome } from '#core/approvals/types.ts';
import type { ExecOrigin, PathIdentity, PathKind } from '#core/exec/types.ts';
import type { AlwaysGrant } from '#core/policy/always-grant.ts';
import type { PolicySnapshot, ProposedRule, ResolvedPolicy } from '#core/policy/types.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import type { ExecDecision, RunPayload } from '#protocol/exec-socket.ts';

/** Everything `core` needs from the world. Adapters live in `src/host`; fakes in `test/support`. */

export type Cancel = () => void;

export interface Clock {
  /** Unix time in ms. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. The owner must cancel. */
  schedule(delayMs: number, task: () => void): Cancel;
}

export interface Ids {
  uuid(): string;
  /** `bytes` random bytes as base64url without padding. */
  token(bytes: number): string;
}

export interface Hasher {
  sha256Hex(data: string | Uint8Array): string;
}

/** Structured, redacted log. `event` is a short stable name such as `gateway.auth.failed`. */
export interface Logger {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What to spawn: exact argv, no shell. */
export interface RunSpec {
  /** Absolute real path of the program. */
  readonly file: string;
  /** argv[0] as the caller wrote it, then the arguments, unmodified. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  /** Tail kept per stream, truncation marker included. */
  readonly maxBytesPerStream: number;
}

export interface CommandRunner {
  /** Never rejects: a spawn failure is a payload with `error: "failed to start: …"` (exec-ipc §3.7). */
  run(spec: RunSpec, signal: AbortSignal): Promise<RunPayload>;
}

/** Looks at files and folders without running anything. */
export interface PathProbe {
  /** Real path and identity of what is at an absolute path; null when it is not of that kind. */
  look(path: string, kind: PathKind): Promise<PathIdentity | null>;
  /** The same, waiting in place. Only for what was found before: a dead mount would hold us up. */
  lookNow(path: string, kind: PathKind): PathIdentity | null;
}

export interface PolicyStore {
  /** Current document, from memory; the store itself notices out-of-band edits. */
  current(): PolicySnapshot;
  resolve(agentId: string | null): ResolvedPolicy;
  /** Stores rules a person granted, all or none, and returns their ids. Durable before it resolves. */
  addRules(agentId: string, rules: readonly ProposedRule[]): Promise<readonly string[]>;
  /** Notes a hit (exec-ipc §5.8). Best effort, coalesced; never delays a run. */
  recordUse(ruleId: string, resolvedPath: string): void;
  /**
   * Replaces the document (`system.execApprovals.set`); socket path and token are kept when absent.
   * @throws CompanionError INVALID_REQUEST with the exact texts of exec-ipc §4.7 on a hash conflict.
   */
  replace(document: ApprovalsDocument, baseHash: string | null): Promise<PolicySnapshot>;
}

/** Approvals that our own Gateway resolved before the run was asked for (D6). Single use. */
export interface ApprovalGrants {
  /** Takes the grant that matches all facts, or null. A second call with the same facts is null. */
  consume(facts: GrantFacts): GrantedApproval | null;
}

export interface GrantFacts {
  /** `digestAnywhere` of the plan: command, program, folder and scripts as they are now (AP-11). */
  readonly digest: string;
  readonly cwd: string | null;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly nodeId: string | null;
  readonly envKeys: readonly string[];
}

export interface GrantedApproval {
  readonly approvalId: string;
  readonly decision: 'allow-once' | 'allow-always';
  readonly outcome: ApprovalOutcome;
  /** Rules that were shown and are to be stored; null stores nothing (AP-12). */
  readonly always: AlwaysGrant | null;
}

/** How a decision was reached; one audit row each, automatic ones included (AP-16). */
export type AuditDecider =
  | 'rule'
  | 'policy'
  | 'person'
  | 'grant'
  | 'timeout'
  | 'cancel'
  | 'test-aid'
  | 'request';

/** `invalid`: the request was refused before policy saw it. */
export type AuditOutcome = 'allowed' | 'denied' | 'expired' | 'cancelled' | 'invalid';

export interface AuditEntry {
  readonly atMs: number;
  readonly requestId: string;
  /**
   * `gateway`: a question of the Gateway, answered but not run here; `companion`: what a person did
   * with the companion itself, no request behind it.
   */
  readonly transport: ExecOrigin['transport'] | 'gateway' | 'companion';
  readonly commandText: string;
  readonly executable: string | null;
  readonly cwd: string | null;
  readonly agentId: string | null;
  readonly sessionKey: string | null;
  readonly nodeId: string | null;
  readonly planDigest: string | null;
  readonly outcome: AuditOutcome;
  readonly decision: ExecDecision | null;
  readonly decidedBy: AuditDecider;
  /** Surface and client of a person's answer, e.g. `terminal` or `gateway-operator:dev-mac`. */
  readonly surface: string | null;
  readonly reason: string;
  /** Ids of the rules that allowed it, one space between them. */
  readonly ruleId: string | null;
  /** From the request's arrival to the decision. */
  readonly latencyMs: number;
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly runMs: number | null;
  readonly error: string | null;
}

export interface AuditQuery {
  /** Leaves out what a person did with the companion itself. */
  readonly decisionsOnly?: boolean;
  readonly sinceMs?: number;
  readonly limit?: number;
}

export interface AuditLog {
  /** Appends one row; secrets are redacted inside (S30). Never throws: a failure is logged. */
  record(entry: AuditEntry): void;
  /** Newest first. */
  query(query: AuditQuery): readonly (AuditEntry & { readonly seq: number })[];
}

/** What the kernel says about the process at the other end of a Unix socket (exec-ipc §1.4). */
export interface PeerCredentials {
  readonly uid: number;
  readonly pid: number | null;
}

export interface Notification {
  readonly title: string;
  readonly body: string;
  readonly sound: string | null;
  readonly priority: 'passive' | 'active' | 'timeSensitive';
}

export interface Notifier {
  /** @throws CompanionError UNAVAILABLE `NOT_AUTHORIZED: notifications` when it cannot show anything. */
  notify(notification: Notification): Promise<void>;
  /**
   * Shows it in a window of our own for a moment (`system.notify` with delivery `overlay`,
   * node-commands §2.3); absent where there are no windows.
   */
  overlay?(notification: Notification): void;
}
