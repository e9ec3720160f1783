import type { ApprovalOutcome, DecidedBy } from '#core/approvals/types.ts';
import type { Change } from '#core/exec/changes.ts';
import { changedSince, deniedWith, execFailures } from '#core/exec/failures.ts';
import type { ExecFailure } from '#core/exec/types.ts';
import { historyMessages } from '#core/messages-history.ts';
import type { PolicyVerdict } from '#core/policy/types.ts';
import type { AuditDecider } from '#core/ports.ts';
import type { Permit, Refusal, Ruling } from './types.ts';

/** How each way to a decision is written down; the four outcomes stay apart (S34). */

/** Policy allowed it, by a rule or as a whole; no person was involved. */
export function automaticPermit(
  { ruleIds, layer, why, runs }: Extract<PolicyVerdict, { kind: 'allow' }>,
  policyHash: string,
  decidedAtMs: number,
): Permit {
  const decidedBy = layer === 'rules' ? 'rule' : 'policy';
  const nobody = { decision: null, surface: null };
  return {
    kind: 'permit',
    ruling: { outcome: 'allowed', decidedBy, ...nobody, reason: why, ruleIds, decidedAtMs },
    always: null,
    runs,
    policyHash,
  };
}

/** A refusal that no person was involved in. */
export function refusal(
  error: ExecFailure,
  decidedBy: AuditDecider,
  decidedAtMs: number,
  outcome: Ruling['outcome'] = decidedBy === 'request' ? 'invalid' : 'denied',
): Refusal {
  const ruling = { outcome, decidedBy, decidedAtMs, reason: error.reason };
  return {
    kind: 'refusal',
    error,
    ruling: { ...ruling, decision: null, surface: null, ruleIds: [] },
  };
}

/** A permit that cannot be used any more, or never could; who gave it stays visible. */
export function withdrawn(ruling: Ruling, error: ExecFailure, decidedAtMs: number): Refusal {
  const { decision, surface, ruleIds } = ruling;
  const by = { outcome: 'denied', decidedBy: 'policy', decidedAtMs } as const;
  return {
    kind: 'refusal',
    error,
    ruling: { ...by, reason: error.reason, decision, surface, ruleIds },
  };
}

/** A permit that means something else by now (S11). */
export function overtaken(permitted: Ruling, change: Change, decidedAtMs: number): Refusal {
  const { ruling, ...refused } = withdrawn(permitted, changedSince(change), decidedAtMs);
  const [surface = ''] = (permitted.surface ?? '').split(':');
  const error = historyMessages.nothingRan(change, ownSurfaces.has(surface));
  return { ...refused, ruling: { ...ruling, error } };
}

/** Whoever answers at one of them is whoever reads about it. */
const ownSurfaces: ReadonlySet<string> = new Set<DecidedBy['surface']>([
  'window',
  'terminal',
  'control-socket',
]);

export function cancelledRefusal(why: string, decidedAtMs: number): Refusal {
  const { ruling, error } = refusal(execFailures.promptClosed, 'cancel', decidedAtMs, 'cancelled');
  return { kind: 'refusal', error, ruling: { ...ruling, reason: why } };
}

/** The answers that let nothing run. An expired or cancelled question is never a person's deny. */
export function refusedOutcome(
  outcome: Exclude<ApprovalOutcome, { kind: 'allowed' }>,
  decidedAtMs: number,
): Refusal {
  switch (outcome.kind) {
    case 'denied': {
      const { ruling, error } = refusal(deniedWith(outcome.note), 'person', decidedAtMs);
      const person = byPerson(outcome.by);
      return { kind: 'refusal', error, ruling: { ...ruling, ...person, decision: 'deny' } };
    }
    case 'expired':
      return refusal(execFailures.promptClosed, 'timeout', decidedAtMs, 'expired');
    case 'cancelled':
      return cancelledRefusal(outcome.why, decidedAtMs);
  }
}

export function byPerson(by: DecidedBy): Pick<Ruling, 'decidedBy' | 'surface'> {
  return {
    decidedBy: by.surface === 'test-aid' ? 'test-aid' : 'person',
    surface: by.who === null ? by.surface : `${by.surface}:${by.who}`,
  };
}
