import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
  Ask,
  Security,
} from '#protocol/approvals-document.ts';
import type { ResolvedPolicy, Rule } from './types.ts';

/** The four settings that every level of the document may carry. */
export interface PolicyScalars {
  readonly security: Security;
  readonly ask: Ask;
  readonly askFallback: Security;
  readonly autoAllowSkills: boolean;
}

/** What holds where the document says nothing (D5). */
export const builtInScalars: PolicyScalars = {
  security: 'allowlist',
  ask: 'on-miss',
  askFallback: 'deny',
  autoAllowSkills: false,
};

/** What holds when there is no usable document (D5, S16). */
export const denyAllScalars: PolicyScalars = {
  security: 'deny',
  ask: 'off',
  askFallback: 'deny',
  autoAllowSkills: false,
};

/** Key of the list that holds for every agent. */
export const anyAgent = '*';

/** Key under which an agent's settings are found; `default` is the old name of `main` (§4.4). */
export function agentKey(agentId: string | null): string {
  const key = agentId?.trim() ?? '';
  return key === '' || key === 'default' ? 'main' : key;
}

/** Settings of one agent as written, or undefined; never an inherited object member. */
export function agentPolicy(document: ApprovalsDocument, key: string): AgentPolicy | undefined {
  const { agents } = document;
  return agents !== undefined && Object.hasOwn(agents, key) ? agents[key] : undefined;
}

/** Entries of one list that can match at all, patterns trimmed (exec-ipc §4.3, §5.2). */
export function liveEntries(document: ApprovalsDocument, key: string): AllowlistEntry[] {
  const entries = agentPolicy(document, key)?.allowlist ?? [];
  return entries.flatMap((entry) => {
    const pattern = entry.pattern.trim();
    // A generated rule without its argument hash is inert (exec-ipc §5.2).
    const inert = entry.source === 'allow-always' && entry.argPattern === undefined;
    return pattern === '' || inert ? [] : [{ ...entry, pattern }];
  });
}

/** The `defaults` level over the built-in one. */
export function resolveDefaults(
  document: ApprovalsDocument,
  builtIn: PolicyScalars = builtInScalars,
): PolicyScalars {
  return overlay(document.defaults, builtIn);
}

/** Scalars of one agent key: agent → `*` → defaults → built-in (exec-ipc §4.3). */
export function resolveScalars(
  document: ApprovalsDocument,
  key: string,
  builtIn: PolicyScalars = builtInScalars,
): PolicyScalars {
  const forAll = overlay(agentPolicy(document, anyAgent), resolveDefaults(document, builtIn));
  return overlay(agentPolicy(document, key), forAll);
}

function overlay(
  level: AgentPolicy | ApprovalsDocument['defaults'],
  below: PolicyScalars,
): PolicyScalars {
  return {
    security: level?.security ?? below.security,
    ask: level?.ask ?? below.ask,
    askFallback: level?.askFallback ?? below.askFallback,
    autoAllowSkills: level?.autoAllowSkills ?? below.autoAllowSkills,
  };
}

/** Rules of one agent key: the list of `*`, then the agent's own; never from `defaults`. */
function resolveRules(document: ApprovalsDocument, key: string): Rule[] {
  const owners = key === anyAgent ? [anyAgent] : [anyAgent, key];
  return owners.flatMap((owner) =>
    liveEntries(document, owner).map((entry) => ({
      id: entry.id ?? '',
      owner,
      pattern: entry.pattern,
      argPattern: entry.argPattern ?? null,
      cwd: entry.cwd ?? null,
      expiresAt: entry.expiresAt ?? null,
      contentSha256: entry.contentSha256 ?? null,
    })),
  );
}

export type PolicyResolver = (agentId: string | null) => ResolvedPolicy;

/**
 * Resolves one document for any agent. Rule lists are built once per agent that the document
 * names, and are the same array each time, so that an index over them can be kept.
 */
export function createPolicyResolver(
  document: ApprovalsDocument,
  builtIn: PolicyScalars = builtInScalars,
): PolicyResolver {
  const lists = new Map<string, readonly Rule[]>();
  return (agentId) => {
    const key = agentKey(agentId);
    const listKey = agentPolicy(document, key) === undefined ? anyAgent : key;
    const rules = lists.get(listKey) ?? resolveRules(document, listKey);
    lists.set(listKey, rules);
    return { agentId: key, ...resolveScalars(document, key, builtIn), rules };
  };
}

/** Policy of every agent while the store cannot be used: nothing runs, nobody is asked (D5). */
export function unusablePolicy(agentId: string | null, problem: string): ResolvedPolicy {
  return { agentId: agentKey(agentId), ...denyAllScalars, rules: [], problem };
}
