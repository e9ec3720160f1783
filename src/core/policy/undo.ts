import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import { holdsAll, rulesOnlyIn, undoList } from './undo-list.ts';
import { describeWidening } from './widening.ts';

const settingNames = ['security', 'ask', 'askFallback', 'autoAllowSkills'] as const;

/** What carries settings: the defaults, or one agent. */
type Level = AgentPolicy | NonNullable<ApprovalsDocument['defaults']>;

/**
 * The inverse of an edit of rules and settings, for a document that may have moved on since: rules
 * that are gone come back as they were, settings get their value back, what was added goes. Only
 * what is still as the edit left it is touched, uses of rules apart. Other members of a document
 * are not looked at. A rule that took the place of another goes back only as a whole: both must not
 * hold. Pure; an inverse that finds nothing to do returns the document itself.
 */
export function undoEdit(
  before: ApprovalsDocument,
  after: ApprovalsDocument,
): (current: ApprovalsDocument) => ApprovalsDocument {
  const keys = new Set([...Object.keys(before.agents ?? {}), ...Object.keys(after.agents ?? {})]);
  const given = [...keys].map((key) => {
    return { key, rules: rulesOnlyIn(listOf(after, key), listOf(before, key)) };
  });
  const takes = [...keys].some((key) => {
    return rulesOnlyIn(listOf(before, key), listOf(after, key)).length > 0;
  });
  return (current) => {
    const isWhole = given.every(({ key, rules }) => holdsAll(listOf(current, key), rules));
    if (takes && !isWhole) return current;
    const defaults = undoLevel(before.defaults, after.defaults, current.defaults);
    const agents = undoAgents(keys, [before.agents, after.agents, current.agents]);
    if (defaults === current.defaults && agents === current.agents) return current;
    const members = Object.entries({ ...current, defaults, agents });
    // A member that is undefined would be one, and not an absent one.
    const there = members.filter(([, value]) => value !== undefined);
    return Object.fromEntries(there) as ApprovalsDocument;
  };
}

/**
 * Whether undoing allows only what the edit had taken away: settings that were looser meanwhile
 * could show through where a stricter one goes.
 */
export function isPlainUndo(
  edit: { readonly before: ApprovalsDocument; readonly after: ApprovalsDocument },
  undone: { readonly before: ApprovalsDocument; readonly after: ApprovalsDocument },
): boolean {
  const taken = new Set(describeWidening(edit.after, edit.before));
  return describeWidening(undone.before, undone.after).every((sentence) => taken.has(sentence));
}

type Agents = ApprovalsDocument['agents'];

function undoAgents(
  keys: ReadonlySet<string>,
  [before, after, current]: readonly [Agents, Agents, Agents],
): Agents {
  const changed = [...keys].flatMap((key): [string, AgentPolicy | undefined][] => {
    const now = own(current, key);
    const undone = undoAgent(own(before, key), own(after, key), now);
    return undone === now ? [] : [[key, undone]];
  });
  if (changed.length === 0) return current;
  const agents = new Map([...Object.entries(current ?? {}), ...changed]);
  const kept = [...agents].flatMap(([key, agent]) => (agent ? [[key, agent] as const] : []));
  return kept.length === 0 && before === undefined ? undefined : Object.fromEntries(kept);
}

function listOf({ agents }: ApprovalsDocument, key: string): readonly AllowlistEntry[] {
  return own(agents, key)?.allowlist ?? [];
}

function own(agents: Agents, key: string): AgentPolicy | undefined {
  return agents !== undefined && Object.hasOwn(agents, key) ? agents[key] : undefined;
}

function undoAgent(
  before: AgentPolicy | undefined,
  after: AgentPolicy | undefined,
  current: AgentPolicy | undefined,
): AgentPolicy | undefined {
  const settings: AgentPolicy | undefined = undoLevel(before, after, current);
  const now = current?.allowlist;
  const list = undoList(before?.allowlist ?? [], after?.allowlist ?? [], now ?? []);
  if (list === null) return settings;
  const isNew = before?.allowlist === undefined;
  return withList(settings ?? {}, list, { isNew, isNewAgent: before === undefined });
}

function withList(
  agent: AgentPolicy,
  list: readonly AllowlistEntry[],
  { isNew, isNewAgent }: { readonly isNew: boolean; readonly isNewAgent: boolean },
): AgentPolicy | undefined {
  if (list.length > 0 || !isNew) return { ...agent, allowlist: [...list] };
  const { allowlist: _, ...rest } = agent;
  return isNewAgent && Object.keys(rest).length === 0 ? undefined : rest;
}

/** The same object when nothing of it is undone; undefined when nothing is left that was not there. */
function undoLevel<L extends Level>(
  before: L | undefined,
  after: L | undefined,
  current: L | undefined,
): L | undefined {
  const names = settingNames.filter(
    (name) => before?.[name] !== after?.[name] && current?.[name] === after?.[name],
  );
  if (names.length === 0) return current;
  const members = names.map((name) => [name, before?.[name]] as const);
  const undone = Object.fromEntries(
    Object.entries({ ...current, ...Object.fromEntries(members) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return before === undefined && Object.keys(undone).length === 0 ? undefined : (undone as L);
}
