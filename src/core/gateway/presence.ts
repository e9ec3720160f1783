import type { ClientInfo, Role } from '#protocol/gateway-connect.ts';
import type { PresenceEntry, SystemEventParams } from '#protocol/gateway-system.ts';

/** Who is, or lately was, around (gateway §5). Kept in memory, bounded. */

const ttlMs = 5 * 60_000;
const maxEntries = 200;
/** A beacon's texts are shown to people; longer ones are cut. */
const maxText = 1_000;
const maxList = 64;

/** The facts of a connection that presence shows. */
interface PresenceClient {
  readonly connId: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<string>;
  readonly client: ClientInfo;
  readonly deviceId: string | null;
  readonly remoteIp: string | null;
  readonly local: boolean;
}

/** The Gateway's own line. */
export interface PresenceSelf {
  readonly host: string;
  readonly ip: string | null;
  readonly version: string;
  readonly platform: string;
  readonly deviceFamily: string | null;
  readonly modelIdentifier: string | null;
}

interface PresenceRegister {
  /** Rises with every change. */
  readonly version: number;
  /** Notes a connection; a second call for the same one changes nothing. */
  arrive(client: PresenceClient): void;
  /** @returns whether the client was tracked. */
  leave(client: PresenceClient): boolean;
  /** Takes in a beacon (`system-event`). */
  report(beacon: SystemEventParams): void;
  /** The Gateway itself, then the rest, latest first. */
  list(): PresenceEntry[];
}

interface Tracked {
  readonly entry: PresenceEntry;
  /** Connections that are open; while there is one, the entry does not expire. */
  readonly open: ReadonlySet<string>;
}

export function createPresenceRegister(
  self: PresenceSelf,
  clock: { now(): number },
): PresenceRegister {
  const tracked = new Map<string, Tracked>();
  let version = 1;

  const put = (key: string, facts: Partial<PresenceEntry>, open: ReadonlySet<string>): void => {
    const old = tracked.get(key)?.entry;
    tracked.delete(key);
    tracked.set(key, { entry: merged(old, facts, clock.now()), open });
    version += 1;
    prune();
  };

  const prune = (): void => {
    const oldest = clock.now() - ttlMs;
    for (const [key, { entry, open }] of tracked) {
      if (open.size === 0 && entry.ts < oldest) tracked.delete(key);
    }
    if (tracked.size <= maxEntries) return;
    const least = [...tracked].find(([, { open }]) => open.size === 0) ?? [...tracked][0];
    if (least) tracked.delete(least[0]);
  };

  return {
    get version() {
      return version;
    },
    arrive(client) {
      if (client.client.mode === 'cli') return;
      const key = connectionKey(client);
      const open = tracked.get(key)?.open ?? new Set();
      if (open.has(client.connId)) return;
      put(key, connectionFacts(client), new Set(open).add(client.connId));
    },
    leave(client) {
      const key = connectionKey(client);
      const old = tracked.get(key);
      if (!old?.open.has(client.connId)) return false;
      const open = new Set(old.open);
      open.delete(client.connId);
      put(key, { reason: open.size === 0 ? 'disconnect' : 'connect' }, open);
      return true;
    },
    report(beacon) {
      const facts = beaconFacts(beacon);
      const key = keyOf(facts.deviceId ?? facts.instanceId ?? facts.host ?? facts.ip ?? facts.text);
      put(key, facts, tracked.get(key)?.open ?? new Set());
    },
    list() {
      prune();
      // Every change moves its entry to the end of the map.
      const others = [...tracked.values()].map(({ entry }) => entry).reverse();
      return [selfEntry(self, clock.now()), ...others];
    },
  };
}

function keyOf(name: string | undefined): string {
  return (name ?? '').trim().toLowerCase();
}

function connectionKey(client: PresenceClient): string {
  return keyOf(client.deviceId ?? client.client.instanceId ?? client.connId);
}

function connectionFacts(session: PresenceClient): Partial<PresenceEntry> {
  const { client, deviceId, role, scopes } = session;
  return {
    host: client.displayName ?? client.id,
    ip: session.local ? undefined : (session.remoteIp ?? undefined),
    version: client.version,
    platform: client.platform,
    deviceFamily: client.deviceFamily,
    modelIdentifier: client.modelIdentifier,
    mode: client.mode,
    deviceId: deviceId ?? undefined,
    roles: [role],
    scopes: scopes.size > 0 ? [...scopes] : undefined,
    instanceId: deviceId ?? client.instanceId,
    reason: 'connect',
  };
}

function beaconFacts(beacon: SystemEventParams): Partial<PresenceEntry> {
  const text = (value: string | undefined) => value?.trim().slice(0, maxText) || undefined;
  const list = (value: readonly string[] | undefined) =>
    value?.slice(0, maxList).map((item) => item.slice(0, maxText));
  return {
    host: text(beacon.host),
    ip: text(beacon.ip),
    version: text(beacon.version),
    lastInputSeconds: beacon.lastInputSeconds,
    mode: text(beacon.mode),
    reason: text(beacon.reason),
    tags: beacon.tags?.length ? list(beacon.tags) : undefined,
    text: text(beacon.text),
    platform: text(beacon.platform),
    deviceFamily: text(beacon.deviceFamily),
    modelIdentifier: text(beacon.modelIdentifier),
    deviceId: text(beacon.deviceId),
    roles: list(beacon.roles),
    scopes: list(beacon.scopes),
    instanceId: text(beacon.instanceId),
  };
}

/** Absent facts keep the old ones; roles and scopes of one device add up. */
function merged(
  old: PresenceEntry | undefined,
  facts: Partial<PresenceEntry>,
  nowMs: number,
): PresenceEntry {
  const known = Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as Partial<PresenceEntry>;
  const entry: PresenceEntry = { ...old, ...known, ts: nowMs };
  if (old?.roles && facts.roles) entry.roles = union(old.roles, facts.roles);
  if (old?.scopes && facts.scopes) entry.scopes = union(old.scopes, facts.scopes);
  entry.text ??= line('Node', entry);
  return entry;
}

function union(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])].slice(0, maxList);
}

function line(kind: 'Node' | 'Gateway', entry: Partial<PresenceEntry>): string {
  const where = entry.ip === undefined ? '' : ` (${entry.ip})`;
  const app = kind === 'Gateway' ? ` · app ${entry.version}` : '';
  const mode = entry.mode === undefined ? '' : ` · mode ${entry.mode}`;
  const reason = kind === 'Gateway' ? ` · reason ${entry.reason}` : '';
  return `${kind}: ${entry.host ?? 'unknown'}${where}${app}${mode}${reason}`;
}

function selfEntry(self: PresenceSelf, nowMs: number): PresenceEntry {
  const facts = {
    host: self.host,
    ...(self.ip === null ? {} : { ip: self.ip }),
    version: self.version,
    platform: self.platform,
    ...(self.deviceFamily === null ? {} : { deviceFamily: self.deviceFamily }),
    ...(self.modelIdentifier === null ? {} : { modelIdentifier: self.modelIdentifier }),
    mode: 'gateway',
    reason: 'self',
  };
  return { ...facts, text: line('Gateway', facts), ts: nowMs };
}
