import type { ShownApproval } from '#ipc/approvals.ts';
import type { Input } from '#ipc/contract.ts';

/** What the second step of "always" would store. */
export type Selection = NonNullable<Input<'approvals.decide'>['grant']>;

export type Scope = NonNullable<Selection['scopes'][number]>;

/** The narrowest of everything, for this agent, until the day is over; null without offers. */
export function firstSelection({ offers }: ShownApproval): Selection | null {
  if (offers.length === 0) return null;
  const scopes = offers.map(({ choices }) => choices[0]?.scope ?? null);
  return { scopes, lasts: 'today', everyAgent: false };
}

/** The same with another scope for one program; null stores nothing for it. */
export function withScope(selection: Selection, at: number, scope: Scope | null): Selection {
  return { ...selection, scopes: selection.scopes.with(at, scope) };
}

export function storesSomething({ scopes }: Selection): boolean {
  return scopes.some((scope) => scope !== null);
}

/** The sentences of the rules it stores, each once. */
export function storedSentences({ offers }: ShownApproval, { scopes }: Selection): string[] {
  const chosen = offers.flatMap(({ choices }, at) =>
    choices.filter(({ scope }) => scope === scopes[at]).map(({ sentence }) => sentence),
  );
  return [...new Set(chosen)];
}
