import { acceptedCommandTexts, canonicalCommandText } from './command-text.ts';
import { commandTooLong, execFailures } from './failures.ts';
import type { ExecFailure, ExecRequest } from './types.ts';

/** Longest command text a person is asked about; a longer one is denied, never cut (S5). */
export const maxCommandTextChars = 65_536;

/** Most arguments: what the kernel takes is larger, what a person can review is not. */
export const maxArguments = 4_096;

/**
 * Checks everything that can be checked without looking at the disk (exec-ipc §3.2). The argv is
 * never changed.
 * @returns null when the request may become a plan.
 */
export function validateRequest(request: ExecRequest): ExecFailure | null {
  return (
    argvFailure(request.argv) ??
    cwdFailure(request.cwd) ??
    rawCommandFailure(request) ??
    agentFailure(request.agentId) ??
    nameFailure(request) ??
    conflictFailure(request)
  );
}

/** `*` is the list of every agent: a caller that bears its name would widen all of them (S25). */
const reservedAgents: ReadonlySet<string> = new Set(['*', '__proto__']);

function agentFailure(agentId: string | null): ExecFailure | null {
  return reservedAgents.has(agentId?.trim() ?? '') ? execFailures.agentIdReserved : null;
}

/** Names stay in the audit for good; the recorded peers keep theirs far shorter. */
const maxNameChars = 512;

function nameFailure({ agentId, sessionKey }: ExecRequest): ExecFailure | null {
  const longest = Math.max(agentId?.length ?? 0, sessionKey?.length ?? 0);
  return longest > maxNameChars ? execFailures.nameTooLong : null;
}

const sessionAgent = /^agent:([^:]+):/;

/** A session key may name its agent; rules of one must not serve what is shown as another's (S25). */
function conflictFailure({ agentId, sessionKey }: ExecRequest): ExecFailure | null {
  const [, named] = sessionAgent.exec(sessionKey?.trim() ?? '') ?? [];
  if (named === undefined || agentId === null) return null;
  const isSame = named.trim().toLowerCase() === agentId.trim().toLowerCase();
  return isSame ? null : execFailures.agentConflict;
}

function argvFailure(argv: readonly string[]): ExecFailure | null {
  const [executable] = argv;
  if (executable === undefined || executable.trim() === '') return execFailures.commandRequired;
  if (executable !== executable.trim()) return execFailures.paddedExecutable;
  if (argv.length > maxArguments) return commandTooLong('arguments', maxArguments);
  // The sum first: rendering a hostile argv must not cost more than refusing it.
  const chars = argv.reduce((sum, argument) => sum + argument.length + 1, -1);
  if (chars > maxCommandTextChars || canonicalCommandText(argv).length > maxCommandTextChars) {
    return commandTooLong('characters', maxCommandTextChars);
  }
  return argv.map(textFailure).find((failure) => failure !== null) ?? null;
}

/** The longest path that Linux takes; macOS takes less. */
const maxPathChars = 4_096;

function cwdFailure(cwd: string | null): ExecFailure | null {
  if (cwd !== null && cwd.length > maxPathChars) return execFailures.cwdUnavailable;
  return cwd === null ? null : textFailure(cwd);
}

/** Text that would reach the kernel as something else than what is shown. */
function textFailure(text: string): ExecFailure | null {
  if (text.includes('\0')) return execFailures.nulByte;
  return text.isWellFormed() ? null : execFailures.illFormedText;
}

function rawCommandFailure({ argv, rawCommand }: ExecRequest): ExecFailure | null {
  const claimed = rawCommand?.trim() ?? '';
  if (claimed === '') return null;
  const agrees = acceptedCommandTexts(argv).some((text) => text.trim() === claimed);
  return agrees ? null : execFailures.rawCommandMismatch;
}
