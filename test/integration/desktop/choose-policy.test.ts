import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { PolicyChoice } from '#core/desktop/policy-choice.ts';
import { renderDocument } from '#core/policy/document.ts';
import { createChoosePolicy } from '#main/tray/choose-policy.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createTestOperations } from '#support/policy-operations.ts';
import { openTestStore } from '#support/policy-store.ts';

async function bench(facts: Omit<Partial<ApprovalsDocument>, 'version'>) {
  const text = renderDocument({ version: 1, socket: { path: '/s', token: 't' }, ...facts });
  const fixture = await openTestStore({ text, confirmed: true });
  const { operations, rows } = createTestOperations(fixture.store);
  const openRules = vi.fn();
  const log = createFakeLogger();
  const choose = createChoosePolicy({ policy: operations, openRules, who: 'sam', log });
  return {
    ...fixture,
    operations,
    rows,
    openRules,
    log,
    choose,
  };
}

describe('the policy picker of the icon', () => {
  it('applies at once what allows no more, and writes down who chose it', async () => {
    const { choose, document, rows, openRules, store } = await bench({
      defaults: { security: 'full', ask: 'off' },
    });
    await choose('ask-on-miss');
    await choose('deny');
    expect(document().defaults).toEqual({ security: 'deny', ask: 'on-miss' });
    expect(store.resolve(null).security).toBe('deny');
    await vi.waitFor(() => expect(rows).toHaveLength(2));
    expect(rows).toMatchObject([{ surface: 'window:sam' }, { surface: 'window:sam' }]);
    expect(openRules).not.toHaveBeenCalled();
  });

  it.each<[PolicyChoice, ApprovalsDocument['defaults']]>([
    ['allow-all', { security: 'allowlist' }],
    ['ask-on-miss', { security: 'deny' }],
    ['ask-on-miss', { security: 'allowlist', ask: 'always' }],
  ])('S17: leads %s from %j to the rules and changes nothing', async (choice, defaults) => {
    const { choose, text, rows, openRules } = await bench({ defaults });
    const before = text();
    await choose(choice);
    expect(openRules).toHaveBeenCalledOnce();
    expect(text()).toBe(before);
    expect(rows).toEqual([]);
  });

  it('shows the rules when an agent keeps looser settings of its own', async () => {
    const agents = { ops: { security: 'full' as const } };
    const { choose, openRules, document } = await bench({ defaults: {}, agents });
    await choose('deny');
    await vi.waitFor(() => expect(openRules).toHaveBeenCalledOnce());
    expect(document()).toMatchObject({ defaults: { security: 'deny' }, agents });
  });

  it('leads to the rules when the policy cannot be used', async () => {
    const { choose, openRules, log, path, until } = await bench({});
    writeFileSync(path, '{broken');
    await until(({ problem }) => problem !== null);
    await choose('deny');
    expect(openRules).toHaveBeenCalledOnce();
    expect(log.lines).toContainEqual(expect.objectContaining({ event: 'tray.policy.failed' }));
  });
});
