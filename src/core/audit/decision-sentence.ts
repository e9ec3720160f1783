import type { ApprovalOutcome, CancelReason, DecidedBy } from '#core/approvals/types.ts';
import { staleReason } from '#core/exec/failures.ts';
import { messages } from '#core/messages.ts';
import { historyMessages as words } from '#core/messages-history.ts';
import { safe } from '#core/quoted.ts';

/** The part of a row that says how it was decided; a newer version may have written other words. */
export interface DecisionFacts {
  readonly outcome: string;
  readonly decision: string | null;
  readonly decidedBy: string;
  readonly surface: string | null;
  readonly reason: string;
  readonly transport: string;
  /** Of what changed after it was allowed: the sentence itself. */
  readonly error: string | null;
}

/** By whom or by what it was decided, and why: the same words in the window and on the terminal. */
export function decisionSentence(row: DecisionFacts): string {
  if (row.transport === 'companion') return words.deed(byOf(row));
  switch (row.decidedBy) {
    case 'person':
    case 'test-aid':
      return answered(row);
    case 'rule':
      return words.byRule(row.reason);
    case 'policy':
      return byPolicy(row);
    case 'grant':
      return words.byGrant(row.reason, row.surface === null ? null : byOf(row));
    case 'timeout':
      return outcomeText(row, { kind: 'expired' });
    case 'cancel':
      return isCancelReason(row.reason)
        ? outcomeText(row, { kind: 'cancelled', why: row.reason })
        : words.cancelled(row.reason);
    case 'request':
      return byRequest(row);
    default:
      return words.other(words.unknown(row.decidedBy), row.reason);
  }
}

function outcomeText({ transport }: DecisionFacts, outcome: ApprovalOutcome): string {
  return messages.outcome(transport === 'gateway' ? 'gateway-request' : 'exec', outcome);
}

/** `reason` of an answer that ran nothing here says so; else it is why a person was asked. */
const notRunHere = 'answered, not run here';

function answered(row: DecisionFacts): string {
  const by = deciderOf(row.surface);
  if (by === null) return words.other(byOf(row), row.reason);
  if (row.outcome === 'denied') return outcomeText(row, { kind: 'denied', by, note: null });
  const decision = row.decision === 'allow-always' ? 'allow-always' : 'allow-once';
  const why = row.reason === notRunHere ? words.elsewhere : words.askedBecause(row.reason);
  return `${outcomeText(row, { kind: 'allowed', decision, by })} ${why}`;
}

function byPolicy(row: DecisionFacts): string {
  if (row.outcome === 'allowed') return words.allowedByPolicy(row.reason);
  const isNamed = row.reason === staleReason && row.error !== null;
  const sentence = isNamed ? safe(row.error) : words.deniedByPolicy(words.refusal(row.reason));
  return row.surface === null ? sentence : `${sentence} ${words.withdrawn(byOf(row))}`;
}

function byRequest(row: DecisionFacts): string {
  if (row.outcome === 'denied') return words.claimedDeny;
  return words.invalid(words.refusal(row.reason));
}

function isCancelReason(reason: string): reason is CancelReason {
  return Object.hasOwn(messages.cancelled, reason);
}

function isSurface(name: string): name is DecidedBy['surface'] {
  return Object.hasOwn(messages.surfaces, name);
}

/** `window` or `gateway-operator:dev-mac`, as the audit has it (rulings.ts, `byPerson`). */
function deciderOf(surface: string | null): DecidedBy | null {
  const [name = '', ...who] = (surface ?? '').split(':');
  if (!isSurface(name)) return null;
  return { surface: name, who: who.length === 0 ? null : who.join(':') };
}

/** `in the window by "ann"`. */
function byOf({ surface }: DecisionFacts): string {
  const decider = deciderOf(surface);
  if (decider !== null) return messages.by(decider);
  return surface === null ? words.person : words.personAt(surface);
}
