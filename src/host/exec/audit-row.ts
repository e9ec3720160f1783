import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import type { AuditEntry } from '#core/ports.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import type { ExecCase, Ruling } from './types.ts';

/** Enough to recognise a command that was refused for its length. */
const maxRefusedTextChars = 1_000;

/** What happened after the decision; absent when nothing was started. */
export interface RunFacts {
  readonly payload: RunPayload;
  readonly runMs: number | null;
}

/** The one row of a request (AP-16). */
export function auditRow(
  run: ExecCase,
  plan: FrozenPlan | null,
  ruling: Ruling,
  facts: RunFacts | null,
): AuditEntry {
  const { request, origin } = run;
  const { decidedAtMs, ruleIds, ...decided } = ruling;
  return {
    atMs: decidedAtMs,
    requestId: run.requestId,
    transport: origin.transport,
    commandText: plan?.commandText ?? refusedText(request.argv),
    executable: plan?.executable.path ?? null,
    cwd: plan?.cwd.path ?? request.cwd,
    agentId: request.agentId,
    sessionKey: request.sessionKey,
    nodeId: origin.nodeId,
    planDigest: plan?.digest ?? null,
    ...decided,
    ruleId: ruleIds.length === 0 ? null : ruleIds.join(' '),
    latencyMs: decidedAtMs - run.arrivedAtMs,
    exitCode: facts?.payload.exitCode ?? null,
    timedOut: facts?.payload.timedOut ?? false,
    runMs: facts?.runMs ?? null,
    error: facts?.payload.error ?? ruling.error ?? null,
  };
}

function refusedText(argv: readonly string[]): string {
  const text = canonicalCommandText(argv.slice(0, maxRefusedTextChars));
  return text.length > maxRefusedTextChars ? `${text.slice(0, maxRefusedTextChars)}…` : text;
}
