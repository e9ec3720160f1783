import type { AgentPause, Standstill } from '#core/approvals/types.ts';
import type { Activity } from '#core/desktop/activity.ts';
import { headline } from '#core/desktop/headline.ts';
import { messages } from '#core/messages.ts';
import { activityMessages } from '#core/messages-activity.ts';
import type { AuditEntry } from '#core/ports.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { StatusState } from '#ipc/status.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';

/** The part of the companion's status that is shown; null until it has started. */
export type StatusFacts = Pick<CompanionStatus, 'gateway' | 'policy'> & {
  readonly pausedAgents: readonly Pick<AgentPause, 'agent' | 'untilMs'>[];
  /** Everything stands still. */
  readonly standstill?: Pick<Standstill, 'untilMs'> | null | undefined;
  /** Why that does not outlive a restart, or why everything stands still by itself. */
  readonly standstillProblem?: string | null | undefined;
  /** Why decisions are not written down. */
  readonly auditProblem?: string | null | undefined;
};

export interface StatusParts {
  readonly version: string;
  readonly status: StatusFacts | null;
  readonly waiting: number;
  /** Commands that run now. */
  readonly running: number;
  /** {@link ActivityFeed.list} */
  readonly activity: readonly Activity[];
  /** Devices and nodes that want to be let in. */
  readonly pairing: number;
  /** The approval window cannot be shown. */
  readonly isWindowBroken: boolean;
  /** Newest first. */
  readonly recent: readonly Pick<AuditEntry, 'atMs' | 'commandText' | 'outcome' | 'decidedBy'>[];
}

/** The status popover's content; every text is safe to show. */
export function shownStatus({ status, ...parts }: StatusParts): StatusState {
  const { version, waiting, running, activity, pairing } = parts;
  const shown = { version, running, recent: parts.recent.map(shownDecision) };
  if (status === null) return { ...notStarted, ...shown };
  const { gateway, policy, pausedAgents, standstill = null } = status;
  const problem = problemOf(status, parts.isWindowBroken);
  const paused = pausedAgents.map(({ agent }) => agent);
  const standsStill = standstill !== null;
  return {
    ...shown,
    headline: headline({ waiting, pairing, running, activity, standsStill, paused, problem }),
    problem,
    activity: activity.map(shownActivity),
    standstill: standstill && { untilMs: standstill.untilMs },
    gateway: {
      url: safe(gateway.url),
      mode: gateway.mode,
      ...gateway.connected,
      health: shownHealth(gateway.health ?? null),
    },
    policy: {
      security: policy.security,
      ask: policy.ask,
      problem: policy.problem === null ? null : safe(policy.problem),
    },
    pausedAgents: pausedAgents.map(shownPause),
  };
}

/** How a page is told of a pause, and names it when a person ends it. */
export function shownPause({
  agent,
  untilMs,
}: StatusFacts['pausedAgents'][number]): StatusState['pausedAgents'][number] {
  return { agent: messages.desktop.agent(agent), untilMs };
}

function shownHealth(
  health: StatusFacts['gateway']['health'] | null,
): StatusState['gateway']['health'] {
  if (!health) return null;
  const { kind, text, checkedAtMs } = health;
  return { isOk: kind === 'ok', text: safe(text), checkedAtMs };
}

function shownActivity({ agent, work, sinceMs }: Activity): StatusState['activity'][number] {
  return {
    agent: agent === null ? null : { text: quotable(agent), claimed: true },
    text: activityMessages.work(work),
    sinceMs,
  };
}

const notStarted: Pick<
  StatusState,
  'headline' | 'problem' | 'activity' | 'standstill' | 'gateway' | 'policy' | 'pausedAgents'
> = {
  headline: messages.desktop.headline.starting,
  problem: null,
  activity: [],
  standstill: null,
  gateway: { url: '', mode: 'own', node: false, operator: false, health: null },
  policy: { security: '', ask: '', problem: null },
  pausedAgents: [],
};

/** The one to mend first. */
function problemOf(
  { gateway, policy, standstillProblem = null, auditProblem = null }: StatusFacts,
  isWindowBroken: boolean,
): string | null {
  const words = messages.desktop.problems;
  if (policy.problem !== null) return words.policy(policy.problem);
  if (isWindowBroken) return words.window;
  if (standstillProblem !== null) return standstillProblem;
  if (auditProblem !== null) return auditProblem;
  if (gateway.connected.node && gateway.connected.operator) return null;
  return gateway.mode === 'own' ? words.ownGateway : words.attachedGateway(gateway.url);
}

/** A line of history is a reminder; the whole command is in the audit log. */
const maxCommandChars = 300;

function shownDecision({
  atMs,
  commandText,
  outcome,
  decidedBy,
}: StatusParts['recent'][number]): StatusState['recent'][number] {
  return { atMs, text: safe(shorten(commandText)), outcome, decidedBy };
}

function shorten(text: string): string {
  if (text.length <= maxCommandChars) return text;
  return `${[...text.slice(0, maxCommandChars)].slice(0, -1).join('')}…`;
}
