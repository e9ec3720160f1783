import type { Ids } from '#core/ports.ts';
import { isJsonObject, type JsonObject, without } from './json.ts';

/**
 * Normalisation of the approvals document (exec-ipc §4.4) over plain JSON: works on anything,
 * leaves what it does not understand for the schema to refuse, keeps unknown keys and key order.
 */
export function normalizeDocument(document: JsonObject, ids: Ids): JsonObject {
  const { socket = {}, defaults = {}, agents = {} } = document;
  return {
    ...document,
    socket: isJsonObject(socket) ? normalizeSocket(socket) : socket,
    defaults,
    agents: isJsonObject(agents) ? normalizeAgents(agents, ids) : agents,
  };
}

/** `socket.path` and `socket.token` trimmed; blank means absent (§4.4 item 4). */
function normalizeSocket(socket: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(socket).flatMap(([name, value]) => {
      if ((name !== 'path' && name !== 'token') || typeof value !== 'string') {
        return [[name, value]];
      }
      const text = value.trim();
      return text === '' ? [] : [[name, text]];
    }),
  );
}

function normalizeAgents(agents: JsonObject, ids: Ids): JsonObject {
  return Object.fromEntries(
    Object.entries(mergeLegacyDefault(agents)).map(([key, agent]) => {
      if (!isJsonObject(agent) || !Array.isArray(agent.allowlist)) return [key, agent];
      return [key, { ...agent, allowlist: normalizeEntries(agent.allowlist, ids) }];
    }),
  );
}

/** The legacy agent `default` becomes, or is merged into, `main`, whose scalars win (item 1). */
function mergeLegacyDefault(agents: JsonObject): JsonObject {
  if (!Object.hasOwn(agents, 'default')) return agents;
  const legacy = agents.default;
  if (!Object.hasOwn(agents, 'main')) {
    return Object.fromEntries(
      Object.entries(agents).map(([key, agent]) => [key === 'default' ? 'main' : key, agent]),
    );
  }
  const main = agents.main;
  if (!isJsonObject(legacy) || !isJsonObject(main)) return agents;
  const lists = [main.allowlist, legacy.allowlist];
  // A list of the wrong type stays visible, so that the schema refuses the document.
  if (lists.some((list) => list !== undefined && !Array.isArray(list))) return agents;
  const merged = lists.flatMap((list) => (Array.isArray(list) ? list : []));
  const rest = without(agents, new Set(['default']));
  const allowlist = merged.length === 0 ? {} : { allowlist: dropRepeated(merged) };
  return { ...rest, main: { ...legacy, ...main, ...allowlist } };
}

function dropRepeated(entries: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const pattern = isJsonObject(entry) ? entry.pattern : entry;
    if (typeof pattern !== 'string') return true;
    const argPattern = isJsonObject(entry) ? entry.argPattern : undefined;
    const key = JSON.stringify([pattern.trim().toLowerCase(), argPattern ?? null]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function normalizeEntries(entries: readonly unknown[], ids: Ids): JsonObject[] {
  return entries.flatMap((value) => {
    const entry = typeof value === 'string' ? { pattern: value } : value;
    if (!isJsonObject(entry)) return [];
    const { pattern, id, argPattern, lastUsedAt } = entry;
    if (typeof pattern !== 'string' || pattern.trim() === '') return [];
    const dropped = new Set(['commandText']); // may hold secrets (item 6)
    if (typeof argPattern === 'string' && argPattern.trim() === '') dropped.add('argPattern');
    const named = typeof id === 'string' && id.trim() !== '';
    return [
      {
        ...without(entry, dropped),
        ...(named ? {} : { id: ids.uuid() }),
        // FEB's app writes fractions that FEB's gateway refuses (§4.1).
        ...(typeof lastUsedAt === 'number' ? { lastUsedAt: Math.floor(lastUsedAt) } : {}),
      },
    ];
  });
}
