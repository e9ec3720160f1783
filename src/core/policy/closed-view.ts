import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import { agentPolicy } from './resolve.ts';

/**
 * FEB's wire schema of the document knows no other keys (exec-ipc §4.1). Its peers get a reduced
 * view, and what the view left out is put back when such a peer sends the document again.
 */

const scalarKeys = ['security', 'ask', 'askFallback', 'autoAllowSkills'] as const;
const entryKeys = ['id', 'pattern', 'lastUsedAt', 'lastUsedCommand', 'lastResolvedPath'] as const;

/** The document with nothing but the keys of the closed schema. */
export function closedView(document: ApprovalsDocument): ApprovalsDocument {
  const { version, socket, defaults, agents } = document;
  return {
    version,
    ...(socket === undefined ? {} : { socket: pick(socket, ['path', 'token']) }),
    ...(defaults === undefined ? {} : { defaults: pick(defaults, scalarKeys) }),
    ...(agents === undefined ? {} : { agents: mapValues(agents, closedAgent) }),
  };
}

function closedAgent(agent: AgentPolicy): AgentPolicy {
  const { allowlist } = agent;
  const scalars: AgentPolicy = pick(agent, scalarKeys);
  if (allowlist === undefined) return scalars;
  return {
    ...scalars,
    allowlist: allowlist.map((entry) => pick(entry, entryKeys)),
  };
}

/**
 * Gives `incoming` back what {@link closedView} of `current` left out, if `incoming` itself holds
 * nothing beyond the closed schema. Else a round trip would turn exact rules into path-only ones.
 */
export function restoreClosed(
  current: ApprovalsDocument,
  incoming: ApprovalsDocument,
): ApprovalsDocument {
  // Equal length: the view lost no member, whatever the order of the keys.
  if (JSON.stringify(incoming).length !== JSON.stringify(closedView(incoming)).length) {
    return incoming;
  }
  const { agents } = incoming;
  return {
    ...incoming,
    ...omit(current, ['version', 'socket', 'defaults', 'agents']),
    ...(agents === undefined
      ? {}
      : {
          agents: mapValues(agents, (agent, key) => restoreAgent(agentPolicy(current, key), agent)),
        }),
  };
}

function restoreAgent(current: AgentPolicy | undefined, incoming: AgentPolicy): AgentPolicy {
  if (current === undefined) return incoming;
  const known = new Map((current.allowlist ?? []).map((entry) => [entry.id, entry]));
  const restore = (entry: AllowlistEntry): AllowlistEntry => {
    const before = entry.id === undefined ? undefined : known.get(entry.id);
    return before?.pattern === entry.pattern ? { ...before, ...entry } : entry;
  };
  const { allowlist } = incoming;
  const extras = omit(current, [...scalarKeys, 'allowlist']);
  return {
    ...incoming,
    ...(allowlist === undefined ? {} : { allowlist: allowlist.map(restore) }),
    ...extras,
  };
}

function pick<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Pick<T, K> {
  const wanted: ReadonlySet<PropertyKey> = new Set(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => wanted.has(key))) as Pick<T, K>;
}

function omit(value: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function mapValues<V>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => V,
): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
