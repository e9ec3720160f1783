import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import type { AllowlistEntry } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { isCwdArgvPattern } from './arg-pattern.ts';
import { isTwin, type OwnedRule } from './edits.ts';
import { knownKeys } from './entry-cover.ts';
import { exactArguments } from './exact-arguments.ts';
import { without } from './json.ts';
import { type NewRuleDeps, newRule, type RuleFacts } from './new-rule.ts';
import { agentKey } from './resolve.ts';

type ReplaceEdit = Extract<PolicyEdit, { kind: 'replace' }>;

/**
 * The rule that a person makes of one that is there. As long as it allows the same it stays that
 * rule, with its id and its history; otherwise it begins anew, under an id that nothing was ever
 * allowed by. What this version does not know about it stays in any case.
 * @throws CompanionError INVALID_REQUEST as `newRule`, and where the arguments cannot be kept.
 */
export function replacedRule(edit: ReplaceEdit, held: OwnedRule, deps: NewRuleDeps): OwnedRule {
  const { entry: before } = held;
  const owner = edit.agentId === undefined ? held.owner : agentKey(edit.agentId);
  const cwd = edit.cwd === undefined ? (before.cwd ?? null) : edit.cwd;
  const { contentSha256 } = before;
  const pattern = edit.pattern?.trim() ?? before.pattern.trim();
  const made = newRule(
    {
      agentId: edit.agentId ?? held.owner,
      pattern,
      args: edit.args ?? keptArguments(before, cwd, deps.hasher),
      cwd,
      // Only an end that somebody chooses now has to be one to come.
      expiresAt: edit.expiresAt ?? null,
    },
    deps,
  );
  const end = edit.expiresAt === undefined ? before.expiresAt : made.expiresAt;
  // The content is that of the program.
  const isPinned = contentSha256 !== undefined && pattern === before.pattern.trim();
  const rule: AllowlistEntry = {
    ...made,
    ...(end === undefined ? {} : { expiresAt: end }),
    ...(isPinned ? { contentSha256 } : {}),
  };
  const entry = isTwin(before, rule)
    ? { ...before, expiresAt: end }
    : { ...without(before, knownKeys), ...rule };
  return { owner, entry: withoutAbsent(entry) };
}

/** A member that is undefined would be one, and not an absent one. */
function withoutAbsent(entry: object): AllowlistEntry {
  const members = Object.entries(entry).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as AllowlistEntry;
}

/** A hash speaks of its folder too: for another one the arguments have to be known. */
function keptArguments(
  entry: AllowlistEntry,
  cwd: string | null,
  hasher: Hasher,
): RuleFacts['args'] {
  const { argPattern, grantedArgs } = entry;
  if (argPattern === undefined) return { kind: 'any' };
  if (cwd !== (entry.cwd ?? null)) {
    const args = exactArguments(entry, hasher);
    if (args !== null) return { kind: 'exact', args: [...args] };
    if (isCwdArgvPattern(argPattern)) {
      throw new CompanionError('INVALID_REQUEST', messages.cli.policy.argumentsNotKept);
    }
  }
  return {
    kind: 'kept',
    stored: { argPattern, ...(grantedArgs === undefined ? {} : { grantedArgs }) },
  };
}
