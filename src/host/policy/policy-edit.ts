import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { checkDocument, keepSocket } from '#core/policy/document.ts';
import {
  findRule,
  findTwin,
  ruleIds,
  withEntry,
  withExpiry,
  withoutEntries,
  withReplaced,
  withSettings,
} from '#core/policy/edits.ts';
import { newRule } from '#core/policy/new-rule.ts';
import { replacedRule } from '#core/policy/replaced-rule.ts';
import type { Clock, Hasher, Ids } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';

export interface PolicyEditDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  /** What `~` in a rule stands for. */
  readonly home: string;
}

/** What an edit makes of a document. */
export interface PolicyWrite {
  /** Pure. Null for `confirm` and `discard`, which choose between two documents that are there. */
  readonly write: ((document: ApprovalsDocument) => ApprovalsDocument) | null;
  /** Of the rule that `add` or `replace` stores. */
  readonly ruleId: string | null;
}

const texts = messages.cli.policy;

/**
 * Checks an edit against the document it is for.
 * @param source written into a rule that is added: where it came from.
 * @throws CompanionError INVALID_REQUEST, with the reason, for one that makes no sense.
 */
export function policyWrite(
  edit: PolicyEdit,
  document: ApprovalsDocument,
  source: string,
  deps: PolicyEditDeps,
): PolicyWrite {
  const changing = (write: NonNullable<PolicyWrite['write']>) => ({ write, ruleId: null });
  switch (edit.kind) {
    case 'add': {
      const facts = { ...deps, nowMs: deps.clock.now(), id: deps.ids.uuid(), source };
      const entry = newRule(edit, facts);
      const ruleId = findTwin(document, edit.agentId, entry)?.id ?? facts.id;
      const kept = { ...entry, id: ruleId };
      return { write: (before) => withEntry(before, edit.agentId, kept), ruleId };
    }
    case 'replace':
      return replacing(edit, document, source, deps);
    case 'remove':
      requireRules(edit.ruleIds, document);
      return changing((before) => withoutEntries(before, edit));
    case 'expire':
      requireRules([edit.ruleId], document);
      if (edit.expiresAt !== null && edit.expiresAt <= deps.clock.now()) {
        throw invalid(texts.alreadyExpired);
      }
      return changing((before) => withExpiry(before, edit));
    case 'set':
      requireSettings(edit);
      return changing((before) => withSettings(before, edit));
    case 'import': {
      const incoming = importedDocument(edit.document, deps.ids);
      // The socket in force, so that one planted in the file goes with the rest of the edit.
      return changing(() => keepSocket(incoming, document));
    }
    case 'confirm':
    case 'discard':
      return { write: null, ruleId: null };
  }
}

function replacing(
  edit: Extract<PolicyEdit, { kind: 'replace' }>,
  document: ApprovalsDocument,
  source: string,
  deps: PolicyEditDeps,
): PolicyWrite {
  const { ruleId } = edit;
  const held = findRule(document, ruleId);
  if (held === undefined) throw noSuchRule(ruleId);
  const facts = { ...deps, nowMs: deps.clock.now(), id: deps.ids.uuid(), source };
  const { owner, entry } = replacedRule(edit, held, facts);
  const others = withoutEntries(document, { kind: 'remove', ruleIds: [ruleId] });
  if (findTwin(others, owner, entry) !== undefined)
    throw invalid(texts.sameRule, texts.sameRuleHint);
  const isOnly = ruleIds(document).filter((id) => id === ruleId).length === 1;
  // Of several with one id, one would come back when this is taken back.
  const rule = { owner, entry: isOnly ? entry : { ...entry, id: facts.id } };
  return {
    write: (before) => withReplaced(before, ruleId, rule),
    ruleId: rule.entry.id ?? null,
  };
}

function requireRules(wanted: readonly string[], document: ApprovalsDocument): void {
  const known = new Set(ruleIds(document));
  const unknown = wanted.find((id) => !known.has(id));
  if (unknown !== undefined) throw noSuchRule(unknown);
}

function noSuchRule(ruleId: string): CompanionError {
  return invalid(texts.noSuchRule(ruleId, 0), texts.listHint);
}

function requireSettings({ agentId, settings }: Extract<PolicyEdit, { kind: 'set' }>): void {
  if (agentId !== null && ['', '__proto__'].includes(agentId.trim())) {
    throw invalid(texts.badAgent(agentId));
  }
  if (Object.values(settings).every((value) => value === undefined)) {
    throw invalid(texts.nothingToSet);
  }
}

/** Without its socket: whoever chose that would decide who can talk to us. */
function importedDocument(value: unknown, ids: Ids): ApprovalsDocument {
  const parsed = checkDocument(value, ids);
  if (!parsed.ok) throw invalid(texts.badDocument(parsed.problem));
  const { socket: _, ...document } = parsed.document;
  return document;
}

function invalid(message: string, hint?: string): CompanionError {
  return new CompanionError('INVALID_REQUEST', message, hint === undefined ? {} : { hint });
}
