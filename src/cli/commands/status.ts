import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import type { CliContext } from '../context.ts';
import { companionStatus } from '../endpoint.ts';

/** `openclaw-mac status`: is the companion there, and is everything in it up? */
export async function statusCommand(context: CliContext): Promise<number> {
  const status = await companionStatus(context.stateDir);
  if (status === null) {
    throw new CompanionError(
      'UNREACHABLE',
      messages.cli.companionUnreachable(context.stateDir.controlSocket),
      { hint: messages.cli.startCompanionHint },
    );
  }
  if (context.json) {
    context.io.json({ ok: true, ...status });
    return 0;
  }
  const { gateway, policy, standstill, standstillProblem, auditProblem } = status;
  const rows: readonly (readonly [string, string])[] = [
    ['Companion', `running, pid ${status.pid}, version ${status.version}`],
    ['Gateway', `${gateway.url} (${gateway.mode})`],
    ...(gateway.health ? ([['Health', gateway.health.text]] as const) : []),
    ['Node', `${gateway.connected.node ? 'connected' : 'not connected'}, ${status.nodeId}`],
    ['Operator', gateway.connected.operator ? 'connected' : 'not connected'],
    ['Exec socket', status.execSocket],
    ['Policy', policy.problem ?? `${policy.security}, ask ${policy.ask}`],
    ...unconfirmedRows(policy.unconfirmed),
    ...(auditProblem ? ([['Audit', auditProblem]] as const) : []),
    ['Waiting', messages.cli.pendingCount(status.pendingApprovals)],
    ...standstillRows(standstill, standstillProblem),
    ...pausedRows(status.pausedAgents.length),
  ];
  for (const [label, value] of rows) {
    context.io.out(`${label.padEnd(12)} ${displayText(value).text}\n`);
  }
  return 0;
}

/** An update from an older version, too: its rules are an edit that nobody has confirmed. */
function unconfirmedRows(count: number): (readonly [string, string])[] {
  return count === 0 ? [] : [['', messages.cli.policy.waitsCount(count)]];
}

function standstillRows(
  standstill: CompanionStatus['standstill'],
  problem: CompanionStatus['standstillProblem'],
): (readonly [string, string])[] {
  const { row, endHint } = messages.standstill;
  const untilMs = standstill?.untilMs ?? null;
  return [
    ...(standstill
      ? ([
          ['Paused', `${row(untilMs === null ? null : untilMs - Date.now())}. ${endHint}`],
        ] as const)
      : []),
    ...(problem ? ([['', problem]] as const) : []),
  ];
}

function pausedRows(count: number): (readonly [string, string])[] {
  return count === 0 ? [] : [['Paused', messages.cli.pausedCount(count)]];
}
