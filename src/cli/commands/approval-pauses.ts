import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { agentKey } from '#core/policy/resolve.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { type AgentPauseView, agentPauseSchema } from '#protocol/control-socket.ts';
import type { CliContext } from '../context.ts';

/** `openclaw-mac approvals paused`: the agents nobody is asked about, and until when. */
export async function listPaused(context: CliContext): Promise<number> {
  const paused = await pausedAgents(context);
  if (context.json) context.io.json({ ok: true, paused });
  else if (paused.length === 0) context.io.out(`${messages.cli.nothingPaused}\n`);
  else for (const pause of paused) context.io.out(`${pauseRow(pause)}\n`);
  return 0;
}

/** `openclaw-mac approvals resume AGENT`. */
export async function resumeAgent(context: CliContext, name: string): Promise<number> {
  const { agent } = pauseNamed(await pausedAgents(context), name);
  await callControl(context.stateDir.controlSocket, { op: 'approvals.resume', agent });
  if (context.json) context.io.json({ ok: true, agent });
  else context.io.err(messages.pause.ended(agent));
  return 0;
}

async function pausedAgents({ stateDir }: CliContext): Promise<readonly AgentPauseView[]> {
  return agentPauseSchema
    .array()
    .parse(await callControl(stateDir.controlSocket, { op: 'approvals.paused' }));
}

function pauseRow({ agent, by, untilMs }: AgentPauseView): string {
  const decider = by.who === null ? by.surface : `${by.surface}:${by.who}`;
  return messages.pause.row(agent, untilMs - Date.now(), decider);
}

/** By any name that rules take for it, or by the name as it is shown when that has characters nobody can type. */
function pauseNamed(paused: readonly AgentPauseView[], name: string): AgentPauseView {
  const exact = paused.find((pause) => pause.agent === agentKey(name));
  if (exact) return exact;
  const [only, ...more] = paused.filter((pause) => displayText(pause.agent).text === name);
  if (only && more.length === 0) return only;
  throw new CompanionError(
    'INVALID_REQUEST',
    messages.cli.notPaused(name, only ? more.length + 1 : 0),
    { hint: messages.cli.listPausedHint },
  );
}
