import type { Hasher } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { type HeldPolicy, holdPolicy, takeOverEdit } from './held-policy.ts';
import {
  createPolicyResolver,
  denyAllScalars,
  type PolicyResolver,
  unusablePolicy,
} from './resolve.ts';
import type { PolicySnapshot, ResolvedPolicy } from './types.ts';

/** What a running companion knows of its approvals document, in memory. No file is touched here. */
export interface PolicyState {
  /** The documents to change; null while there is no good one. */
  held(): HeldPolicy | null;
  /** Text last seen on disk; null when none could be read. */
  raw(): string | null;
  problem(): string | null;
  snapshot(): PolicySnapshot;
  resolve(agentId: string | null): ResolvedPolicy;
  /** Our own write, or the first good document. */
  accept(raw: string, held: HeldPolicy): void;
  /** Someone else's write (S17). */
  takeOver(raw: string, document: ApprovalsDocument): void;
  /**
   * Denies everything until a good document is back, which is then taken over as an edit of
   * `lastGood`; by default of what was in force before.
   */
  deny(
    file: { readonly raw: string | null; readonly exists: boolean },
    problem: string,
    lastGood?: HeldPolicy,
  ): void;
}

export function createPolicyState(deps: {
  readonly path: string;
  readonly hasher: Hasher;
}): PolicyState {
  const { path, hasher } = deps;
  let held: HeldPolicy = holdPolicy(denyAllDocument);
  let raw: string | null = null;
  let exists = false;
  let problem: string | null = 'The approvals document has not been read yet.';
  let snapshot: PolicySnapshot | null = null;
  let resolver: PolicyResolver | null = null;

  const set = (next: {
    readonly raw: string | null;
    readonly exists: boolean;
    readonly held: HeldPolicy;
    readonly problem: string | null;
  }): void => {
    ({ raw, exists, held, problem } = next);
    snapshot = null;
    resolver = null;
  };

  const state: PolicyState = {
    held: () => (problem === null ? held : null),
    raw: () => raw,
    problem: () => problem,
    snapshot() {
      const document = state.held()?.inForce ?? denyAllDocument;
      snapshot ??= { path, exists, hash: hasher.sha256Hex(raw ?? ''), document, problem };
      return snapshot;
    },
    resolve(agentId) {
      if (problem !== null) return unusablePolicy(agentId, problem);
      resolver ??= createPolicyResolver(state.snapshot().document);
      return resolver(agentId);
    },
    accept: (text, policy) => set({ raw: text, exists: true, held: policy, problem: null }),
    takeOver: (text, document) => state.accept(text, takeOverEdit(held, document)),
    deny: (file, sentence, lastGood = held) => {
      set({ ...file, held: lastGood, problem: sentence });
    },
  };
  return state;
}

const denyAllDocument: ApprovalsDocument = {
  version: 1,
  defaults: { ...denyAllScalars },
  agents: {},
};
