import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsOffers } from '#core/approvals/always-selection.ts';
import type {
  AlwaysLasts,
  AlwaysOffer,
  AlwaysScope,
  AlwaysSelection,
  ApprovalAnswer,
} from '#core/approvals/types.ts';
import { createFakePresenter, person, queueBench } from '#support/approvals.ts';

const choice = (scope: AlwaysScope) => ({ scope, sentence: `a rule (${scope})` });
const offers: readonly AlwaysOffer[] = [
  { command: 'git fetch', choices: [choice('exact-here'), choice('exact-anywhere')] },
  { command: 'ls', choices: [choice('exact-here')] },
];
const selection = (over: Partial<AlwaysSelection> = {}): AlwaysSelection => ({
  scopes: ['exact-anywhere', 'exact-here'],
  lasts: 'today',
  everyAgent: false,
  ...over,
});

/** What does not fit, although a page that is broken or hostile could send it. */
const misfits: readonly (readonly [string, AlwaysSelection])[] = [
  ['too few scopes', selection({ scopes: ['exact-here'] })],
  ['too many scopes', selection({ scopes: ['exact-here', 'exact-here', null] })],
  ['nothing at all', selection({ scopes: [null, null] })],
  ['no scopes', selection({ scopes: [] })],
  ['a scope that is not offered there', selection({ scopes: [null, 'exact-anywhere'] })],
  ['a scope nobody offers', selection({ scopes: ['any-arguments-here', null] })],
  ['a scope nobody knows', selection({ scopes: ['everything' as AlwaysScope, null] })],
  ['a time nobody knows', selection({ lasts: 'for ever' as AlwaysLasts })],
  ['a time from a prototype', selection({ lasts: 'toString' as AlwaysLasts })],
  ['no word about the agent', selection({ everyAgent: undefined as unknown as boolean })],
];

describe('AP-12: what a person can have chosen', () => {
  it.each([
    ['everything', selection()],
    ['one of two', selection({ scopes: [null, 'exact-here'] })],
    ['another time', selection({ lasts: 'until-removed', everyAgent: true })],
  ])('%s', (_, chosen) => {
    expect(fitsOffers(chosen, offers)).toBe(true);
  });

  it.each(misfits)('is not %s', (_, chosen) => {
    expect(fitsOffers(chosen, offers)).toBe(false);
  });

  it('is only ever made of what is offered (property)', () => {
    const scope = fc.constantFrom('exact-here', 'exact-anywhere', 'any-arguments-here', null);
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 3 }), (scopes) => {
        if (!fitsOffers(selection({ scopes }), offers)) return;
        const offered = scopes.map((one, at) =>
          offers[at]?.choices.some((choice) => one === null || choice.scope === one),
        );
        expect(offered).toEqual([true, true]);
        expect(scopes).not.toEqual([null, null]);
      }),
    );
  });
});

describe('AP-12: an answer with a selection', () => {
  const pending = (subject: { readonly offers?: readonly AlwaysOffer[] } = { offers }) => {
    const bench = queueBench();
    bench.queue.attach(createFakePresenter('one-at-a-time'));
    const { approval, outcome } = bench.ask({
      offered: ['allow-once', 'allow-always', 'deny'],
      subject,
    });
    const { id, displayDigest } = approval;
    const answer = (over: Partial<ApprovalAnswer>) =>
      bench.queue.answer({ id, displayDigest, decision: 'allow-always', by: person, ...over });
    return { answer, outcome, isOpen: () => bench.queue.get(id) !== null };
  };

  it('is handed on with the outcome', async () => {
    const { answer, outcome } = pending();
    expect(answer({ grant: selection() })).toBe('accepted');
    const allowed = { kind: 'allowed', decision: 'allow-always', by: person };
    expect(await outcome).toEqual({ ...allowed, grant: selection() });
  });

  it('needs none: then the outcome has none', async () => {
    const { answer, outcome } = pending();
    expect(answer({})).toBe('accepted');
    expect(await outcome).not.toHaveProperty('grant');
  });

  it.each(misfits)('decides nothing with %s', (_, grant) => {
    const { answer, isOpen } = pending();
    expect(answer({ grant })).toBe('not-offered');
    expect(isOpen()).toBe(true);
  });

  it.each(['allow-once', 'deny'] as const)('decides nothing beside %s', (decision) => {
    const { answer, isOpen } = pending();
    expect(answer({ decision, grant: selection() })).toBe('not-offered');
    expect(isOpen()).toBe(true);
  });

  it('decides nothing where the rule is not ours', () => {
    const { answer, isOpen } = pending({});
    expect(answer({ grant: selection() })).toBe('not-offered');
    expect(isOpen()).toBe(true);
  });
});
