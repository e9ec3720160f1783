import type { ActivityBook } from '#core/desktop/activity.ts';
import type { Logger } from '#core/ports.ts';
import { agentEventSchema } from '#protocol/gateway-agent-events.ts';
import type { GatewayLink } from './types.ts';

export interface AgentActivityDeps {
  /** Operator connection: the Gateway tells every operator of its agents (node-commands §6). */
  readonly link: Pick<GatewayLink, 'onEvent' | 'onState'>;
  readonly activity: Pick<ActivityBook, 'agentEvent' | 'agentsUnknown'>;
  readonly log: Logger;
}

/** Hands on what a Gateway tells of its agents; returns the function that stops it. */
export function followAgents({ link, activity, log }: AgentActivityDeps): () => void {
  let malformed = false;
  const stopEvents = link.onEvent((frame) => {
    if (frame.event !== 'agent') return;
    const event = agentEventSchema.safeParse(frame.payload);
    if (event.success) activity.agentEvent(event.data);
    // The first one is worth a line; a flood of them is not.
    else if (!malformed) log.warn('activity.malformed');
    malformed ||= !event.success;
  });
  const stopStates = link.onState(({ kind }) => {
    if (kind !== 'connected') activity.agentsUnknown();
  });
  return () => {
    stopEvents();
    stopStates();
    activity.agentsUnknown();
  };
}
