import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { without } from './json.ts';
import { agentKey, agentPolicy } from './resolve.ts';

/** The changes of the document that a person makes, in the window or with `openclaw-mac`. Pure. */

type RemoveEdit = Extract<PolicyEdit, { kind: 'remove' }>;
type ExpireEdit = Extract<PolicyEdit, { kind: 'expire' }>;
type SetEdit = Extract<PolicyEdit, { kind: 'set' }>;

/** A rule, and the key of the agent whose list holds it. */
export interface OwnedRule {
  readonly owner: string;
  readonly entry: AllowlistEntry;
}

/** The entry with the same program, arguments, folder and content in the same list. */
export function findTwin(
  document: ApprovalsDocument,
  agentId: string,
  entry: AllowlistEntry,
): AllowlistEntry | undefined {
  return listOf(document, agentKey(agentId)).find((other) => isTwin(other, entry));
}

/** Adds a rule to one list; a twin gives its place, id and history to it. */
export function withEntry(
  document: ApprovalsDocument,
  agentId: string,
  entry: AllowlistEntry,
): ApprovalsDocument {
  const key = agentKey(agentId);
  const list = listOf(document, key);
  const at = list.findIndex((other) => isTwin(other, entry));
  const { expiresAt: _, ...history } = list[at] ?? { pattern: entry.pattern };
  const renewed = { ...history, ...entry };
  return withAgent(document, key, {
    allowlist: at < 0 ? [...list, entry] : list.with(at, renewed),
  });
}

/** The rule with this id; where several have it, the first. */
export function findRule(document: ApprovalsDocument, ruleId: string): OwnedRule | undefined {
  for (const [owner, { allowlist = [] }] of Object.entries(document.agents ?? {})) {
    const entry = allowlist.find(({ id }) => id === ruleId);
    if (entry !== undefined) return { owner, entry };
  }
  return undefined;
}

/** Another rule for the one with this id: in its place, or at the end of the list of another agent. */
export function withReplaced(
  document: ApprovalsDocument,
  ruleId: string,
  { owner, entry }: OwnedRule,
): ApprovalsDocument {
  if (findRule(document, ruleId) === undefined) return document;
  const at = listOf(document, owner).findIndex(({ id }) => id === ruleId);
  const others = withoutEntries(document, { kind: 'remove', ruleIds: [ruleId] });
  const list = listOf(others, owner);
  const allowlist = list.toSpliced(at === -1 ? list.length : at, 0, entry);
  return withAgent(others, owner, { allowlist });
}

/** Every entry but those with one of these ids, whoever's list holds them. */
export function withoutEntries(document: ApprovalsDocument, edit: RemoveEdit): ApprovalsDocument {
  const gone = new Set(edit.ruleIds);
  return withEveryList(document, (list) =>
    list.filter(({ id }) => id === undefined || !gone.has(id)),
  );
}

/** Another end for the entries with this id, whoever's list holds them. */
export function withExpiry(document: ApprovalsDocument, edit: ExpireEdit): ApprovalsDocument {
  const { ruleId, expiresAt } = edit;
  return withEveryList(document, (list) =>
    list.map((entry) => {
      if (entry.id !== ruleId) return entry;
      const { expiresAt: _, ...endless } = entry;
      return expiresAt === null ? endless : { ...entry, expiresAt };
    }),
  );
}

/** Writes settings into the defaults, or into the level of one agent; null takes one out. */
export function withSettings(document: ApprovalsDocument, edit: SetEdit): ApprovalsDocument {
  const named = Object.entries(edit.settings).filter(([, value]) => value !== undefined);
  const settings = Object.fromEntries(named.filter(([, value]) => value !== null));
  const gone = new Set(named.flatMap(([name, value]) => (value === null ? [name] : [])));
  const key = edit.agentId === null ? null : agentKey(edit.agentId);
  const level = key === null ? document.defaults : agentPolicy(document, key);
  // Taking something out of what is not there makes no level.
  if (level === undefined && Object.keys(settings).length === 0) return document;
  const changed = { ...without(level ?? {}, gone), ...settings };
  return key === null
    ? { ...document, defaults: changed }
    : { ...document, agents: { ...document.agents, [key]: changed } };
}

/** Ids of all rules, in document order. */
export function ruleIds(document: ApprovalsDocument): readonly string[] {
  return Object.values(document.agents ?? {}).flatMap(({ allowlist = [] }) =>
    allowlist.flatMap(({ id }) => id ?? []),
  );
}

function listOf(document: ApprovalsDocument, key: string): AllowlistEntry[] {
  return agentPolicy(document, key)?.allowlist ?? [];
}

function withEveryList(
  document: ApprovalsDocument,
  change: (list: readonly AllowlistEntry[]) => AllowlistEntry[],
): ApprovalsDocument {
  const changed = Object.entries(document.agents ?? {}).map(
    ([key, agent]): [string, AgentPolicy] => {
      const { allowlist } = agent;
      return [key, allowlist === undefined ? agent : { ...agent, allowlist: change(allowlist) }];
    },
  );
  return { ...document, agents: Object.fromEntries(changed) };
}

function withAgent(
  document: ApprovalsDocument,
  key: string,
  members: Partial<AgentPolicy>,
): ApprovalsDocument {
  const agent = { ...agentPolicy(document, key), ...members };
  return { ...document, agents: { ...document.agents, [key]: agent } };
}

/** Only what makes two rules the same rule; when it was made and used does not. */
export function isTwin(a: AllowlistEntry, b: AllowlistEntry): boolean {
  return (
    a.pattern.trim() === b.pattern.trim() &&
    a.argPattern === b.argPattern &&
    a.cwd === b.cwd &&
    a.contentSha256 === b.contentSha256
  );
}
