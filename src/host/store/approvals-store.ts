import { CompanionError } from '#core/errors.ts';
import { keepSocket, parseDocument } from '#core/policy/document.ts';
import { nameRules, withRules } from '#core/policy/granted-rules.ts';
import { changePolicy, holdPolicy, withUses } from '#core/policy/held-policy.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import type { PolicyStore } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { approvalsText, incomingText, requireBase, textInPlace } from './approvals-file.ts';
import { LivePolicy, type LivePolicyDeps } from './live-policy.ts';
import { createUseNotes } from './use-notes.ts';

/** The store of a running companion: the one writer of its approvals document. */
export interface CompanionPolicyStore extends PolicyStore {
  /** Secret of the exec socket. One that nobody knows while the document is unusable. */
  token(): string;
  /** What an edit from outside would allow beyond what is in force; empty when nothing waits. */
  unconfirmed(): readonly string[];
  /**
   * Changes what is on disk, and what is in force; an edit from outside that waits goes on waiting.
   * Whoever calls has had a widening confirmed. `edit` must be pure: it may run twice.
   * @param baseHash of the snapshot the edit was made for; null for whatever is there.
   * @throws CompanionError INVALID_REQUEST when that changed, or the result is no valid document.
   */
  change(
    edit: (document: ApprovalsDocument) => ApprovalsDocument,
    baseHash: string | null,
  ): Promise<PolicySnapshot>;
  /**
   * Puts the document on disk into force: a person accepted it as it is.
   * @param hash of the snapshot that was shown.
   * @throws CompanionError INVALID_REQUEST when the document is not that one any more.
   */
  confirm(hash: string): Promise<void>;
  /** Writes what is in force in its place: a person rejected it. @throws as {@link confirm}. */
  discard(hash: string): Promise<void>;
  /** Told after every change of what `current` returns. Returns the detach function. */
  onChange(listener: (snapshot: PolicySnapshot) => void): () => void;
  /** Writes what is still to be noted and stops watching. */
  close(): Promise<void>;
}

/**
 * Opens the approvals document, or makes a fresh one. A document that cannot be used is left as it
 * is, and everything is denied (D5, S16).
 *
 * Edits from outside, seen at start, through the folder's events, and again before every write:
 * - an edit that allows no more than before is in force at once;
 * - of any other only the narrowing part is in force; the file keeps the edit, `unconfirmed` says
 *   what waits, `confirm` or `replace` settles it (S17);
 * - a file that turns malformed, unsafe or disappears denies everything; once it is good again it
 *   counts as an edit;
 * - the socket token in force never changes this way.
 *
 * What is in force is kept beside the document, in `exec-approvals.confirmed.json`, so that a
 * restart confirms nothing. Without a usable record, as at the first start with a document that
 * somebody placed there, the fresh policy of D5 is the measure: everything beyond it waits.
 */
export async function openPolicyStore(deps: LivePolicyDeps): Promise<CompanionPolicyStore> {
  const live = new LivePolicy(deps);
  await live.open();
  const { state } = live;
  const uses = createUseNotes(deps, (noted) =>
    live.update((held) => live.write(changePolicy(held, (doc) => withUses(doc, noted)))),
  );
  return {
    current: state.snapshot,
    resolve: state.resolve,
    ...createChanges(live, deps),
    recordUse(ruleId, resolvedPath) {
      if (!live.isClosed) uses.add(ruleId, resolvedPath);
    },
    token: () => live.token(),
    unconfirmed: () => state.held()?.unconfirmed ?? [],
    onChange: (listener) => live.onChange(listener),
    async close() {
      live.stopWatching();
      await uses.flush();
      await live.close();
    },
  };
}

type Changes = Pick<
  CompanionPolicyStore,
  'addRules' | 'replace' | 'change' | 'confirm' | 'discard'
>;

/** What people change, each in one write. */
function createChanges(live: LivePolicy, { ids, clock }: LivePolicyDeps): Changes {
  const { state } = live;
  const checked = (text: string): ApprovalsDocument => {
    const parsed = parseDocument(text, ids);
    if (parsed.ok) return parsed.document;
    throw new CompanionError('INVALID_REQUEST', `the approvals document ${parsed.problem}`);
  };
  const requireSeen = (hash: string): void => {
    if (hash === state.snapshot().hash) return;
    throw new CompanionError('INVALID_REQUEST', 'the approvals document changed; look again', {
      details: { conflict: 'changed' },
    });
  };
  return {
    addRules: (agentId, rules) =>
      live.update(async (held) => {
        const granted = nameRules(held.onDisk, agentId, rules, () => ids.uuid());
        const atMs = Math.floor(clock.now());
        await live.write(changePolicy(held, (doc) => withRules(doc, agentId, granted, atMs)));
        return granted.map(({ id }) => id);
      }),
    replace: (document, baseHash) =>
      live.update(async (held) => {
        requireBase(baseHash, state.snapshot().hash);
        const next = checked(incomingText(held.inForce, document));
        await live.write(holdPolicy(keepSocket(next, held.inForce)));
        return state.snapshot();
      }),
    change: (edit, baseHash) =>
      live.update(async (held) => {
        if (baseHash !== null) requireBase(baseHash, state.snapshot().hash);
        await live.write(changePolicy(held, (doc) => checked(approvalsText(edit(doc)))));
        return state.snapshot();
      }),
    confirm: (hash) =>
      live.update(async (held) => {
        requireSeen(hash);
        const document = keepSocket(held.onDisk, held.inForce);
        await live.write(holdPolicy(document), textInPlace(document, state.raw()));
      }),
    discard: (hash) =>
      live.update(async (held) => {
        requireSeen(hash);
        await live.write(holdPolicy(held.inForce));
      }),
  };
}
