import { quoted, safe } from '../quoted.ts';
import type { Change } from './changes.ts';
import type { ExecFailure } from './types.ts';

/** Error catalogue of the exec host (exec-ipc §3.5); peers compare these texts. */

function invalid(message: string): ExecFailure {
  return { code: 'INVALID_REQUEST', message, reason: 'invalid' };
}

function unavailable(message: string, reason: string): ExecFailure {
  return { code: 'UNAVAILABLE', message, reason };
}

/** `reason` of {@link changedSince}. */
export const staleReason = 'approval-stale';

export const execFailures = {
  commandRequired: invalid('command required'),
  paddedExecutable: invalid('executable has surrounding whitespace'),
  rawCommandMismatch: invalid('INVALID_REQUEST: rawCommand does not match command'),
  nulByte: invalid('INVALID_REQUEST: command or cwd contains a NUL byte'),
  illFormedText: invalid('INVALID_REQUEST: command or cwd is not well-formed Unicode'),
  agentIdReserved: invalid('INVALID_REQUEST: agentId is reserved'),
  agentConflict: invalid('INVALID_REQUEST: agentId and sessionKey name different agents'),
  nameTooLong: invalid('INVALID_REQUEST: agentId or sessionKey is too long'),
  securityDeny: unavailable('SYSTEM_RUN_DISABLED: security=deny', 'security=deny'),
  userDenied: unavailable('SYSTEM_RUN_DENIED: user denied', 'user-denied'),
  allowlistMiss: unavailable('SYSTEM_RUN_DENIED: allowlist miss', 'allowlist-miss'),
  standstill: unavailable('SYSTEM_RUN_DENIED: a person has paused everything', 'paused'),
  promptClosed: unavailable(
    'SYSTEM_RUN_DENIED: approval prompt closed without decision',
    'approval-cancelled',
  ),
  storeUnusable: unavailable(
    'SYSTEM_RUN_DENIED: exec approvals store unavailable',
    'approval-store-unavailable',
  ),
  storeUpdateFailed: unavailable(
    'SYSTEM_RUN_DENIED: exec approvals update unavailable',
    'approval-store-unavailable',
  ),
  screenRecordingMissing: unavailable(
    'PERMISSION_MISSING: screenRecording',
    'permission:screenRecording',
  ),
  cwdUnavailable: unavailable(
    'Working directory does not exist, is inaccessible, or is not a directory.',
    'cwd-unavailable',
  ),
} as const satisfies Readonly<Record<string, ExecFailure>>;

/** AP-11. Peers know the text up to the last colon; what follows is for whoever reads it. */
export function changedSince(change: Change): ExecFailure {
  const what = change.kind === 'rules' ? 'the rules' : safe(change.path);
  return unavailable(`SYSTEM_RUN_DENIED: changed since approval: ${what}`, staleReason);
}

/** Denied rather than cut: a text that nobody can read whole is not approved (S5). */
export function commandTooLong(what: string, limit: number): ExecFailure {
  return unavailable(
    `SYSTEM_RUN_DENIED: the command has more than ${limit} ${what}`,
    'command-too-long',
  );
}

/** @param message the run's error, `failed to start: …` (exec-ipc §3.7). */
export function executableNotFound(message: string): ExecFailure {
  return unavailable(message, 'not-found');
}

/** A defect of ours: the caller learns an id, the log has the detail. */
export function internalFailure(id: string): ExecFailure {
  return unavailable(`SYSTEM_RUN_DENIED: internal error ${id}`, 'internal');
}

/** A person's deny, with what they want the agent to know. */
export function deniedWith(note: string | null): ExecFailure {
  const { userDenied } = execFailures;
  if (note === null) return userDenied;
  return { ...userDenied, message: `${userDenied.message}. Note: ${quoted(note)}` };
}
