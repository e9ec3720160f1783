import {
  gitProtocolsKept,
  localeCategory,
  notInherited,
  notInheritedPrefixes,
  requestVariables,
} from './environment-lists.ts';

type Variables = Readonly<Record<string, string>>;

/** The environment of one child, and what became of the caller's wishes. */
export interface ChildEnvironment {
  /** Complete; a plain object without prototype, so that no name is special. */
  readonly env: Variables;
  /** What the caller asked for and got. */
  readonly delta: Variables;
  /** Names the caller asked for and did not get, sorted. */
  readonly dropped: readonly string[];
}

/**
 * Inherited variables minus the ones that steer programs or carry secrets (exec-ipc §3.6 NEW), plus
 * the few a request may set (S13). PATH is always `searchPath`: neither side can change it.
 * @param inherited must not change once it was passed here.
 */
export function childEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  requested: Variables,
  searchPath: string,
): ChildEnvironment {
  const delta = record();
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(requested)) {
    if (mayRequest(name, value)) delta[name] = value;
    else dropped.push(name);
  }
  const env = Object.assign(record(), inheritedFrom(inherited), delta, { PATH: searchPath });
  return { env, delta, dropped: dropped.sort() };
}

/** Filtered once for each source: that of a companion stays the same for all its life. */
const filtered = new WeakMap<object, Variables>();

function inheritedFrom(source: Readonly<Record<string, string | undefined>>): Variables {
  const known = filtered.get(source);
  if (known) return known;
  const env = record();
  for (const [name, value] of Object.entries(source)) {
    const kept = value === undefined ? null : inheritedValue(name, value);
    if (kept !== null) env[name] = kept;
  }
  filtered.set(source, env);
  return env;
}

function record(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** Exact spelling only: a name in another case or with a space is another name. */
function mayRequest(name: string, value: string): boolean {
  const { name: category, value: locale } = localeCategory;
  const allowed = requestVariables.get(name) ?? (category.test(name) ? locale : undefined);
  return allowed?.test(value) ?? false;
}

const portableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function inheritedValue(name: string, value: string): string | null {
  const upper = name.toUpperCase();
  if (!portableName.test(name) || upper === 'PATH' || value.includes('\0')) return null;
  if (notInherited.has(upper)) return null;
  if (notInheritedPrefixes.some((prefix) => upper.startsWith(prefix))) return null;
  if (upper === 'GIT_ALLOW_PROTOCOL') return narrowedProtocols(value);
  if (upper === 'GIT_PROTOCOL_FROM_USER') return '0';
  return value;
}

/** Dropping the variable would widen what git may fetch, so it is narrowed instead. */
function narrowedProtocols(value: string): string {
  return value
    .split(':')
    .filter((protocol) => gitProtocolsKept.includes(protocol))
    .join(':');
}
