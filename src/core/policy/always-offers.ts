import {
  canRunPrograms,
  obeysItsFolder,
  runsAnotherProgram,
} from '#core/analysis/runs-programs.ts';
import { isReadableOffer } from '#core/approvals/readable.ts';
import type { AlwaysOffer, AlwaysScope } from '#core/approvals/types.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import type { FrozenPlan } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import { anywherePattern } from './arg-pattern.ts';
import { holdsSecret, type Proposal, proposals, ruleSentence } from './propose.ts';
import { settledSegments } from './settled.ts';
import type { PolicyVerdict, ProposedRule } from './types.ts';

/** One width of a rule for one program. */
interface RuleChoice {
  readonly scope: AlwaysScope;
  readonly rule: ProposedRule;
}

/** An {@link AlwaysOffer} with the rules behind its words. */
export interface RuleOffer {
  readonly command: string;
  /** Narrowest first. */
  readonly choices: readonly [RuleChoice, ...RuleChoice[]];
}

export interface AlwaysProposal {
  /** One per different program; empty when "always" is not offered. */
  readonly offers: readonly RuleOffer[];
  /** Sentence for people when there are none. */
  readonly onceBecause: string | null;
}

interface AlwaysOffersDeps {
  readonly hasher: Hasher;
  /** Whether rules, once stored, would stop the question for this very plan (D8). */
  readonly allows: (rules: readonly ProposedRule[]) => boolean;
}

/** Programs of one command up to which wider rules are offered: of more, nobody reads the choices. */
const mostWithChoices = 8;

/** What "always" lets a person choose from (AP-12): per program its rules that would hold. */
export function proposeAlways(
  plan: FrozenPlan,
  verdict: Extract<PolicyVerdict, { kind: 'prompt' }>,
  { hasher, allows }: AlwaysOffersDeps,
): AlwaysProposal {
  if (verdict.always.length === 0) return once(verdict.onceBecause ?? null);
  const narrow = proposals(plan, verdict.findings, hasher);
  const rules = narrow.map(({ rule }) => rule);
  if (!allows(rules)) return once(unstickyBecause(plan, verdict));
  const narrowOffers = narrow.map(narrowOffer);
  if (!isReadableOffer(shownOffers(narrowOffers))) return once(messages.always.tooLong);
  if (narrow.length > mostWithChoices) return { offers: narrowOffers, onceBecause: null };
  const offers = narrow.map((proposal, at): RuleOffer => {
    const wider = widerChoices(proposal).filter(({ rule }) => allows(rules.with(at, rule)));
    const { command, choices } = narrowOffer(proposal);
    return { command, choices: [...choices, ...wider] };
  });
  const isReadable = isReadableOffer(shownOffers(offers));
  return { offers: isReadable ? offers : narrowOffers, onceBecause: null };
}

function narrowOffer({ segment, rule }: Proposal): RuleOffer {
  const command = canonicalCommandText(segment.argv);
  return { command, choices: [{ scope: 'exact-here', rule }] };
}

/** The same without what is stored: what a question carries and a person sees. */
export function shownOffers(offers: readonly RuleOffer[]): readonly AlwaysOffer[] {
  const words = ({ scope, rule }: RuleChoice) => ({ scope, sentence: rule.sentence });
  return offers.map(({ command, choices: [narrowest, ...wider] }) => ({
    command,
    choices: [words(narrowest), ...wider.map(words)],
  }));
}

const once = (onceBecause: string | null): AlwaysProposal => ({ offers: [], onceBecause });

function widerChoices(proposal: Proposal): readonly RuleChoice[] {
  const anywhere = exactAnywhere(proposal);
  const anyArguments = anyArgumentsHere(proposal);
  return [
    ...(anywhere === null ? [] : [{ scope: 'exact-anywhere', rule: anywhere } as const]),
    ...(anyArguments === null
      ? []
      : [{ scope: 'any-arguments-here', rule: anyArguments } as const]),
  ];
}

/**
 * Not where the arguments or files of the folder are known to make it run other programs: in another
 * folder those may be somebody else's. A secret is only ever stored as a hash (S30), which needs the folder.
 */
function exactAnywhere({ segment, rule }: Proposal): ProposedRule | null {
  const args = segment.argv.slice(1);
  if (runsAnotherProgram(segment.argv) !== null || obeysItsFolder(segment.argv[0])) return null;
  if (holdsSecret(args)) return null;
  const argPattern = anywherePattern(args);
  if (argPattern === null) return null;
  const { args: _hashed, ...others } = rule;
  return { ...others, argPattern, cwd: null, sentence: ruleSentence(segment, { args, cwd: null }) };
}

/** Not for a program of which it is known that it can run others (D8); carriers have no rule at all. */
function anyArgumentsHere({ segment, cwd, rule }: Proposal): ProposedRule | null {
  if (canRunPrograms(segment.executable.path)) return null;
  const { args: _exact, ...others } = rule;
  return { ...others, argPattern: null, sentence: ruleSentence(segment, { args: null, cwd }) };
}

/** Why rules for these programs would not stop the question. */
function unstickyBecause(
  { proof }: FrozenPlan,
  { findings }: Pick<PolicyVerdict, 'findings'>,
): string {
  if (proof.kind === 'unproved') return proof.reason;
  const settled = settledSegments(proof.segments, proof.cwd.path);
  const loose = proof.segments.find(
    ({ executable }, at) =>
      findings[at]?.allowedBy === null && executable.sha256 !== undefined && settled[at] !== true,
  );
  const { unsettled, wouldStillAsk } = messages.always;
  return loose === undefined ? wouldStillAsk : unsettled(loose.executable.path);
}
