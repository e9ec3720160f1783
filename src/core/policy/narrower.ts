import type {
  AgentPolicy,
  AllowlistEntry,
  ApprovalsDocument,
} from '#protocol/approvals-document.ts';
import { comparableKey, groupComparable, meet } from './entry-cover.ts';
import {
  agentPolicy,
  anyAgent,
  liveEntries,
  type PolicyScalars,
  resolveDefaults,
  resolveScalars,
} from './resolve.ts';
import { stricterAsk, stricterSecurity } from './strictness.ts';

/**
 * What both documents allow, for every agent: the policy that holds while an edit from outside is
 * not confirmed (S17). Settings are spelled out at each level; socket and unknown keys are `held`'s.
 */
export function narrowDocument(
  held: ApprovalsDocument,
  edited: ApprovalsDocument,
): ApprovalsDocument {
  // Grouped once: it counts for every agent, and both may be thousands.
  const editedForAll = groupComparable(liveEntries(edited, anyAgent));
  const keys = new Set([
    ...Object.keys(held.agents ?? {}),
    ...Object.keys(edited.agents ?? {}),
    anyAgent,
  ]);
  const agent = (key: string): [string, AgentPolicy] => {
    const own = groupComparable(key === anyAgent ? [] : liveEntries(edited, key));
    const allowlist = common(liveEntries(held, key), editedForAll, own);
    const scalars = stricter(resolveScalars(held, key), resolveScalars(edited, key));
    return [key, { ...agentPolicy(held, key), ...scalars, allowlist }];
  };
  return {
    ...held,
    defaults: { ...held.defaults, ...stricter(resolveDefaults(held), resolveDefaults(edited)) },
    agents: Object.fromEntries([...keys].map(agent)),
  };
}

function stricter(a: PolicyScalars, b: PolicyScalars): PolicyScalars {
  return {
    security: stricterSecurity(a.security, b.security),
    ask: stricterAsk(a.ask, b.ask),
    // Where one refuses a miss and the other asks, only a person may open it, never the fallback.
    askFallback: a.ask === b.ask ? stricterSecurity(a.askFallback, b.askFallback) : 'deny',
    autoAllowSkills: a.autoAllowSkills && b.autoAllowSkills,
  };
}

type Comparable = ReturnType<typeof groupComparable>;

function common(
  held: readonly AllowlistEntry[],
  ...edited: readonly Comparable[]
): AllowlistEntry[] {
  return held.flatMap((entry) => {
    const key = comparableKey(entry);
    for (const other of edited.flatMap((group) => group.get(key) ?? [])) {
      const both = meet(entry, other);
      if (both !== null) return [both];
    }
    return [];
  });
}
