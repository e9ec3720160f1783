import type { DecidedBy } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { describeDifference } from '#core/policy/difference.ts';
import { redactedSnapshot } from '#core/policy/document.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import { isPlainUndo, undoEdit } from '#core/policy/undo.ts';
import { describeWidening } from '#core/policy/widening.ts';
import type { AuditLog, Logger } from '#core/ports.ts';
import type { PolicyEdit, PolicyPreview, PolicyView } from '#protocol/control-policy.ts';
import type { CompanionPolicyStore } from '../store/approvals-store.ts';
import { type PolicyDeed, policyChangeRow } from './policy-change-row.ts';
import { type PolicyEditDeps, type PolicyWrite, policyWrite } from './policy-edit.ts';
import { createUndoMemory, type UndoMemory } from './undo-memory.ts';

export interface PolicyOperationsDeps extends PolicyEditDeps {
  readonly policy: Pick<
    CompanionPolicyStore,
    'current' | 'change' | 'confirm' | 'discard' | 'unconfirmed' | 'onChange'
  >;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly log: Logger;
}

/** Both of a preview that a person was shown. */
type Shown = Pick<PolicyPreview, 'baseHash' | 'digest'>;

type PolicyWritten =
  | {
      readonly kind: 'written';
      readonly hash: string;
      /** Of the rule that `add` or `replace` stored. */
      readonly ruleId: string | null;
      /** For {@link PolicyOperations.undo}; null where it cannot be taken back. */
      readonly undo: string | null;
    }
  /** The policy is no longer the one that was shown; nothing was written. */
  | { readonly kind: 'changed' };

/**
 * Looks at the policy and changes it, for every surface. What a change would allow is worked out
 * here and shown there; it is written only for the very sentences and the policy that were shown.
 */
export interface PolicyOperations {
  view(): PolicyView;
  /** Of the document as it is now; another one after every use that is noted in it. */
  hash(): string;
  /** Told after every change of the policy; returns the function that stops it. */
  onChange(listener: () => void): () => void;
  /** @throws CompanionError INVALID_REQUEST for an edit that makes no sense, STATE without a policy. */
  preview(edit: PolicyEdit): PolicyPreview;
  /** @throws CompanionError as `preview`; UNAVAILABLE when the file is held by somebody. */
  apply(edit: PolicyEdit, shown: Shown, by: DecidedBy): Promise<PolicyWritten>;
  /**
   * Takes an edit back, once. False: it is too old, nothing of it is left to take back, or what
   * was changed since would make more of it than what the edit took away.
   */
  undo(handle: string, by: DecidedBy): Promise<boolean>;
}

export function createPolicyOperations(deps: PolicyOperationsDeps): PolicyOperations {
  const { policy } = deps;
  const memory = createUndoMemory(deps);
  return {
    view() {
      const current = policy.current();
      const { path, hash, file } = redactedSnapshot(current);
      const unconfirmed = [...policy.unconfirmed()];
      return { path, hash, problem: current.problem, unconfirmed, document: file };
    },
    hash: () => policy.current().hash,
    onChange: (listener) => policy.onChange(() => listener()),
    preview(edit) {
      const { baseHash, digest, changes, widening } = prepare(edit, sources.window, deps);
      return { baseHash, digest, changes, widening };
    },
    apply: (edit, shown, by) => apply(edit, shown, by, memory, deps),
    undo: (handle, by) => undo(handle, by, memory, deps),
  };
}

/** What a rule says of where it came from, by who added it. */
const sources = { window: 'settings', other: 'openclaw-mac' } as const;

/** An edit, ready to be written, and what it means. */
type Prepared = PolicyPreview & PolicyWrite;

function prepare(edit: PolicyEdit, source: string, deps: PolicyOperationsDeps): Prepared {
  const { hash: baseHash, document } = usable(deps);
  const { write, ruleId } = policyWrite(edit, document, source, deps);
  const after = write === null ? null : write(document);
  const { widening, changes } =
    after === null
      ? settling(edit, deps)
      : {
          widening: describeWidening(document, after),
          changes: describeDifference(document, after),
        };
  const facts = ['policy-change:v1', baseHash, edit, changes, widening];
  const digest = deps.hasher.sha256Hex(JSON.stringify(facts));
  return { baseHash, digest, changes, widening, write, ruleId };
}

/** What becomes of an edit from outside that waits. */
function settling({ kind }: PolicyEdit, { policy }: PolicyOperationsDeps) {
  const waiting = policy.unconfirmed();
  return kind === 'discard'
    ? { widening: [], changes: waiting.map(messages.cli.policy.discarded) }
    : { widening: [...waiting], changes: [] };
}

function usable({ policy }: PolicyOperationsDeps): PolicySnapshot {
  const current = policy.current();
  if (current.problem !== null) throw new CompanionError('STATE', current.problem);
  return current;
}

async function apply(
  edit: PolicyEdit,
  shown: Shown,
  by: DecidedBy,
  memory: UndoMemory,
  deps: PolicyOperationsDeps,
): Promise<PolicyWritten> {
  const { policy } = deps;
  const source = by.surface === 'window' ? sources.window : sources.other;
  const { document: before } = usable(deps);
  const prepared = prepare(edit, source, deps);
  const { baseHash, digest, write, ruleId } = prepared;
  if (baseHash !== shown.baseHash || digest !== shown.digest) return { kind: 'changed' };
  const settle = edit.kind === 'discard' ? policy.discard : policy.confirm;
  const written = await unlessMoved(
    write === null ? settle(baseHash) : policy.change(write, baseHash),
  );
  if (!written) return { kind: 'changed' };
  note(edit, prepared, by, deps);
  // A whole document may change more than rules and settings.
  const cannotUndo = write === null || edit.kind === 'import';
  const handle = cannotUndo ? null : memory.keep({ before, after: write(before) });
  return { kind: 'written', hash: policy.current().hash, ruleId, undo: handle };
}

/** Uses of rules are noted in the document too, so it may move between our look and the write. */
const attempts = 3;

async function undo(
  handle: string,
  by: DecidedBy,
  memory: UndoMemory,
  deps: PolicyOperationsDeps,
): Promise<boolean> {
  for (let left = attempts; left > 0; left -= 1) {
    const done = memory.find(handle);
    if (done === null) return false;
    const { hash, document: before } = usable(deps);
    const takeBack = undoEdit(done.before, done.after);
    const after = takeBack(before);
    if (after === before || !isPlainUndo(done, { before, after })) return false;
    if (!(await unlessMoved(deps.policy.change(takeBack, hash)))) continue;
    memory.drop(handle);
    const changes = describeDifference(before, after);
    const widening = describeWidening(before, after);
    const facts = ['policy-undo:v1', hash, changes, widening];
    const digest = deps.hasher.sha256Hex(JSON.stringify(facts));
    note({ kind: 'undo' }, { digest, changes, widening }, by, deps);
    return true;
  }
  return false;
}

/** False when somebody wrote between our look and the write. */
async function unlessMoved(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof CompanionError && Object(error.details).conflict === 'changed') {
      return false;
    }
    throw error;
  }
}

function note(
  deed: PolicyDeed,
  meaning: Omit<PolicyPreview, 'baseHash'>,
  by: DecidedBy,
  deps: PolicyOperationsDeps,
): void {
  const { changes, widening } = meaning;
  deps.audit.record(policyChangeRow(deed, meaning, by, deps));
  deps.log.info('policy.changed', { edit: deed.kind, ...by, changes, widening });
}
