import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import {
  type ControlRequest,
  type StandstillState,
  standstillStateSchema,
} from '#protocol/control-socket.ts';
import type { CliContext } from '../context.ts';
import { pauseLength } from '../pause-length.ts';

export interface PauseOptions {
  /** A span; absent: until `resume`. */
  readonly for?: string;
}

/** `openclaw-mac pause`: nothing runs and nobody is asked, for a while or until `resume`. */
export async function pauseCommand(context: CliContext, options: PauseOptions): Promise<number> {
  const forMs = options.for === undefined ? null : pauseLength('--for', options.for);
  const state = await change(context, { op: 'standstill.begin', forMs });
  if (context.json) return 0;
  context.io.err(messages.standstill.begun(forMs));
  context.io.err(state.problem ?? messages.standstill.endHint);
  return 0;
}

/** `openclaw-mac resume`: ends that; pauses of single agents go on. */
export async function resumeCommand(context: CliContext): Promise<number> {
  const state = await change(context, { op: 'standstill.end' });
  if (context.json) return 0;
  const { ended, notPaused } = messages.standstill;
  context.io.err(state.ended ? ended : notPaused);
  if (state.problem !== null) context.io.err(state.problem);
  return 0;
}

async function change(context: CliContext, request: ControlRequest): Promise<StandstillState> {
  const state = standstillStateSchema.parse(
    await callControl(context.stateDir.controlSocket, request),
  );
  if (context.json) context.io.json({ ok: true, ...state });
  return state;
}
