import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { describeDifference } from '#core/policy/difference.ts';
import { checkDocument, keepSocket, redactedSnapshot } from '#core/policy/document.ts';
import { findTwin, ruleIds, withEntry, withoutEntries, withSettings } from '#core/policy/edits.ts';
import { newRule } from '#core/policy/new-rule.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { AuditLog, Clock, Hasher, Ids, Logger, PeerCredentials } from '#core/ports.ts';
import type { ExplainFn } from '#host/exec/explain.ts';
import type { CompanionPolicyStore } from '#host/store/approvals-store.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import type {
  PolicyApplied,
  PolicyEdit,
  PolicyPreview,
  PolicyView,
} from '#protocol/control-policy.ts';
import type { ControlRequest } from '#protocol/control-socket.ts';
import { policyChangeRow } from './policy-change-row.ts';

export interface PolicyOperationsDeps {
  readonly policy: Pick<CompanionPolicyStore, 'current' | 'change' | 'confirm' | 'unconfirmed'>;
  readonly explain: ExplainFn;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
  /** What `~` in a rule stands for. */
  readonly home: string;
}

type PolicyRequest = Extract<ControlRequest, { op: `policy.${string}` }>;

/** The result of one `policy.*` operation. @throws CompanionError */
export type PolicyOperations = (request: PolicyRequest, peer: PeerCredentials) => Promise<unknown>;

/** An edit, ready to be written: what it makes of a document, and what that means. */
interface Prepared extends PolicyPreview {
  /** Null for `confirm`, where the document is on disk already. */
  readonly write: ((document: ApprovalsDocument) => ApprovalsDocument) | null;
  readonly ruleId: string | null;
}

/**
 * Looks at the policy and changes it for `openclaw-mac`. What a change would allow is worked out
 * here and shown there; it is written only for the very sentences and the policy that were shown.
 */
export function createPolicyOperations(deps: PolicyOperationsDeps): PolicyOperations {
  return async (request, peer) => {
    switch (request.op) {
      case 'policy.get':
        return view(deps);
      case 'policy.explain':
        return await deps.explain(request);
      case 'policy.preview': {
        const { write: _, ruleId: __, ...preview } = prepare(request.edit, deps);
        return preview;
      }
      case 'policy.apply':
        return await apply(request, peer, deps);
    }
  };
}

function view({ policy }: PolicyOperationsDeps): PolicyView {
  const current = policy.current();
  const { path, hash, file } = redactedSnapshot(current);
  const unconfirmed = [...policy.unconfirmed()];
  return { path, hash, problem: current.problem, unconfirmed, document: file };
}

type ApplyRequest = Extract<PolicyRequest, { op: 'policy.apply' }>;

async function apply(
  request: ApplyRequest,
  peer: PeerCredentials,
  deps: PolicyOperationsDeps,
): Promise<PolicyApplied> {
  const { policy, log } = deps;
  const prepared = prepare(request.edit, deps);
  const { baseHash, digest, changes, widening, write, ruleId } = prepared;
  if (baseHash !== request.baseHash || digest !== request.digest) return { kind: 'changed' };
  try {
    await (write === null ? policy.confirm(baseHash) : policy.change(write, baseHash));
  } catch (error) {
    if (isConflict(error)) return { kind: 'changed' };
    throw error;
  }
  deps.audit.record(policyChangeRow(request.edit, prepared, peer, deps));
  log.info('policy.changed', { edit: request.edit.kind, pid: peer.pid, changes, widening });
  return { kind: 'written', hash: policy.current().hash, ruleId };
}

/** Somebody wrote between our look and the write. */
function isConflict(error: unknown): boolean {
  return error instanceof CompanionError && Object(error.details).conflict === 'changed';
}

function prepare(edit: PolicyEdit, deps: PolicyOperationsDeps): Prepared {
  const current = deps.policy.current();
  if (current.problem !== null) throw new CompanionError('STATE', current.problem);
  const { hash: baseHash, document } = current;
  const { write, ruleId } = editor(edit, document, deps);
  const after = write === null ? null : write(document);
  const widening = after === null ? waiting(deps) : describeWidening(document, after);
  const changes = after === null ? [] : describeDifference(document, after);
  const facts = ['policy-change:v1', baseHash, edit, changes, widening];
  const digest = deps.hasher.sha256Hex(JSON.stringify(facts));
  return { baseHash, digest, changes, widening, write, ruleId };
}

function waiting({ policy }: PolicyOperationsDeps): string[] {
  return [...policy.unconfirmed()];
}

function editor(
  edit: PolicyEdit,
  document: ApprovalsDocument,
  deps: PolicyOperationsDeps,
): Pick<Prepared, 'write' | 'ruleId'> {
  switch (edit.kind) {
    case 'add': {
      const facts = { ...deps, nowMs: deps.clock.now(), id: deps.ids.uuid() };
      const entry = newRule(edit, facts);
      const ruleId = findTwin(document, edit.agentId, entry)?.id ?? facts.id;
      const kept = { ...entry, id: ruleId };
      return { write: (before) => withEntry(before, edit.agentId, kept), ruleId };
    }
    case 'remove':
      requireRules(edit.ruleIds, document);
      return { write: (before) => withoutEntries(before, edit), ruleId: null };
    case 'set':
      requireSettings(edit);
      return { write: (before) => withSettings(before, edit), ruleId: null };
    case 'import': {
      const incoming = importedDocument(edit.document, deps.ids);
      // The socket in force, so that one planted in the file goes with the rest of the edit.
      return { write: () => keepSocket(incoming, document), ruleId: null };
    }
    case 'confirm':
      return { write: null, ruleId: null };
  }
}

function requireRules(wanted: readonly string[], document: ApprovalsDocument): void {
  const known = new Set(ruleIds(document));
  const unknown = wanted.find((id) => !known.has(id));
  if (unknown === undefined) return;
  const { noSuchRule, listHint } = messages.cli.policy;
  throw new CompanionError('INVALID_REQUEST', noSuchRule(unknown, 0), { hint: listHint });
}

function requireSettings({ agentId, settings }: Extract<PolicyEdit, { kind: 'set' }>): void {
  const { badAgent, nothingToSet } = messages.cli.policy;
  if (agentId !== null && ['', '__proto__'].includes(agentId.trim())) {
    throw new CompanionError('INVALID_REQUEST', badAgent(agentId));
  }
  if (Object.values(settings).every((value) => value === undefined)) {
    throw new CompanionError('INVALID_REQUEST', nothingToSet);
  }
}

/** Without its socket: whoever chose that would decide who can talk to us. */
function importedDocument(value: unknown, ids: Ids): ApprovalsDocument {
  const parsed = checkDocument(value, ids);
  if (!parsed.ok) {
    throw new CompanionError('INVALID_REQUEST', messages.cli.policy.badDocument(parsed.problem));
  }
  const { socket: _, ...document } = parsed.document;
  return document;
}
