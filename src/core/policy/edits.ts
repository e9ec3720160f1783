import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { agentKey, agentPolicy } from './resolve.ts';

/** The changes of the document that a person makes, in the window or with `openclaw-mac`. Pure. */

type RemoveEdit = Extract<PolicyEdit, { kind: 'remove' }>;
type ExpireEdit = Extract<PolicyEdit, { kind: 'expire' }>;
type SetEdit = Extract<PolicyEdit, { kind: 'set' }>;

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

/** Writes settings into the defaults, or into the level of one agent. */
export function withSettings(document: ApprovalsDocument, edit: SetEdit): ApprovalsDocument {
  const settings = Object.fromEntries(
    Object.entries(edit.settings).filter(([, value]) => value !== undefined),
  );
  return edit.agentId === null
    ? { ...document, defaults: { ...document.defaults, ...settings } }
    : withAgent(document, agentKey(edit.agentId), settings);
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
function isTwin(a: AllowlistEntry, b: AllowlistEntry): boolean {
  return (
    a.pattern.trim() === b.pattern.trim() &&
    a.argPattern === b.argPattern &&
    a.cwd === b.cwd &&
    a.contentSha256 === b.contentSha256
  );
}
