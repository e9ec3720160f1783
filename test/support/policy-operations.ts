import { homedir } from 'node:os';
import type { AuditEntry, Clock } from '#core/ports.ts';
import { createPolicyOperations, type PolicyOperations } from '#host/policy/policy-operations.ts';
import type { CompanionPolicyStore } from '#host/store/approvals-store.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { createFakeLogger } from './fakes.ts';

/** How people look at a policy and change it, with the rows of the audit that come of it. */
export function createTestOperations(
  policy: CompanionPolicyStore,
  clock: Clock = systemClock,
): {
  readonly operations: PolicyOperations;
  readonly rows: AuditEntry[];
  readonly log: ReturnType<typeof createFakeLogger>;
  /** Agrees to whatever is shown; returns the handle that takes it back. */
  change(edit: PolicyEdit): Promise<string | null>;
} {
  const rows: AuditEntry[] = [];
  const log = createFakeLogger();
  const operations = createPolicyOperations({
    policy,
    audit: { record: (row) => void rows.push(row) },
    clock,
    ids: systemIds,
    hasher: systemHasher,
    home: homedir(),
    log,
  });
  return {
    operations,
    rows,
    log,
    async change(edit) {
      const written = await operations.apply(edit, operations.preview(edit), person);
      if (written.kind === 'changed') throw new Error('the policy moved while it was changed');
      return written.undo;
    },
  };
}

/** Somebody at the window. */
export const person = { surface: 'window', who: 'sam' } as const;
