import type { AlwaysLasts, AlwaysScope, AlwaysSelection } from './types.ts';

const knownLasts: Readonly<Record<AlwaysLasts, true>> = {
  '15-minutes': true,
  today: true,
  '30-days': true,
  'until-removed': true,
};

type Offer = { readonly choices: readonly { readonly scope: AlwaysScope }[] };

/** Whether a person can have chosen this from these offers: nothing else is ever stored (AP-12). */
export function fitsOffers(
  { scopes, lasts, everyAgent }: AlwaysSelection,
  offers: readonly Offer[],
): boolean {
  const isOffered = (scope: AlwaysScope | null, at: number) =>
    scope === null || offers[at]?.choices.some((choice) => choice.scope === scope) === true;
  return (
    scopes.length === offers.length &&
    scopes.every(isOffered) &&
    scopes.some((scope) => scope !== null) &&
    Object.hasOwn(knownLasts, lasts) &&
    typeof everyAgent === 'boolean'
  );
}
