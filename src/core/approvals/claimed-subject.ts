import { claimedRiskNotes } from '#core/analysis/claimed-risks.ts';
import type { ApprovalSubject } from './types.ts';

/** The fields a peer may name when it asks for a decision (exec-ipc §1.7 A, §6.1); null = absent. */
export interface ClaimedCommand {
  readonly command: string;
  /** What it says the command is in full; `command` is its canonical text then. */
  readonly argv?: readonly string[] | null;
  readonly cwd?: string | null | undefined;
  readonly host?: string | null | undefined;
  readonly security?: string | null | undefined;
  readonly ask?: string | null | undefined;
  readonly agentId?: string | null | undefined;
  readonly resolvedPath?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
}

/** A question about something that somebody else will run: all of it is the peer's own claim. */
export function claimedSubject(claim: ClaimedCommand, why: string): ApprovalSubject {
  const { command, argv = null, cwd = null } = claim;
  const notes = claimedRiskNotes({ text: command, argv, cwd });
  return {
    commandText: command,
    argv,
    cwd,
    executable: claim.resolvedPath ?? null,
    agentId: claim.agentId ?? null,
    sessionKey: claim.sessionKey ?? null,
    nodeId: null,
    host: claim.host ?? null,
    security: claim.security ?? null,
    ask: claim.ask ?? null,
    env: {},
    why,
    risks: notes.map(({ text }) => text),
    riskFacts: notes.map(({ isPrivilege, spans }) => ({ isPrivilege, spans })),
    always: [],
  };
}
