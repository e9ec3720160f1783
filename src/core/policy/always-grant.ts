import { fitsOffers } from '#core/approvals/always-selection.ts';
import type { AlwaysLasts, AlwaysSelection } from '#core/approvals/types.ts';
import type { RuleOffer } from './always-offers.ts';
import { anyAgent } from './resolve.ts';
import type { ProposedRule } from './types.ts';

/** Rules a person granted, and the agent whose list they go to; `*` is every agent. */
export interface AlwaysGrant {
  readonly agentId: string;
  readonly rules: readonly ProposedRule[];
}

interface GrantTerms {
  readonly agentId: string;
  readonly nowMs: number;
  /** End of the local day, Unix time in ms: what that is only the host knows. */
  readonly endOfDayMs: number;
}

/**
 * What an answer "always" is to store; null when it does not fit what was offered. Without a
 * selection: the narrowest rule for everything, for the agent that asked, until it is removed.
 */
export function grantedRules(
  offers: readonly RuleOffer[],
  selection: AlwaysSelection | undefined,
  terms: GrantTerms,
): AlwaysGrant | null {
  if (offers.length === 0) return null;
  if (selection === undefined) {
    return { agentId: terms.agentId, rules: offers.map(({ choices: [{ rule }] }) => rule) };
  }
  if (!fitsOffers(selection, offers)) return null;
  const expiresAt = endOf(selection.lasts, terms);
  const rules = offers.flatMap(({ choices }, at) => {
    const choice = choices.find(({ scope }) => scope === selection.scopes[at]);
    return choice === undefined ? [] : [{ ...choice.rule, expiresAt }];
  });
  return { agentId: selection.everyAgent ? anyAgent : terms.agentId, rules };
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

function endOf(lasts: AlwaysLasts, { nowMs, endOfDayMs }: GrantTerms): number | null {
  switch (lasts) {
    case '15-minutes':
      return nowMs + 15 * minuteMs;
    case 'today':
      return endOfDayMs;
    case '30-days':
      return nowMs + 30 * dayMs;
    case 'until-removed':
      return null;
  }
}
