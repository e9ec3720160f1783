import type { Hasher } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { type HeldPolicy, takeOverEdit } from './held-policy.ts';
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
  /** Denies everything until a good document is back; the last good one stays the yardstick. */
  deny(file: { readonly raw: string | null; readonly exists: boolean }, problem: string): void;
}

export function createPolicyState(deps: {
  readonly path: string;
  readonly hasher: Hasher;
}): PolicyState {
  const { path, hasher } = deps;
  let held: HeldPolicy | null = null;
  let raw: string | null = null;
  let exists = false;
  let problem: string | null = 'The approvals document has not been read yet.';
  let snapshot: PolicySnapshot | null = null;
  let resolver: PolicyResolver | null = null;

  const set = (next: {
    readonly raw: string | null;
    readonly exists: boolean;
    readonly held: HeldPolicy | null;
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
    takeOver(text, document) {
      // Without a last good document nothing tells a repair from a widening: a restart does.
      const repaired = `${path} was repaired. Restart the companion to put it in force.`;
      const policy = held === null ? null : takeOverEdit(held, document);
      set({ raw: text, exists: true, held: policy, problem: policy === null ? repaired : null });
    },
    deny: (file, sentence) => set({ ...file, held, problem: sentence }),
  };
  return state;
}

const denyAllDocument: ApprovalsDocument = {
  version: 1,
  defaults: { ...denyAllScalars },
  agents: {},
};
