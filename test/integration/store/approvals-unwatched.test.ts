import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { renderDocument } from '#core/policy/document.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';

// As when the system has no more watches to give: only the look before a write is left.
vi.mock('#host/store/watch-file.ts', () => ({ watchFile: () => () => {} }));

/** A store that has nothing queued any more, and whose file was then edited. */
async function editedUnseen(change: Partial<ApprovalsDocument>) {
  const fixture = await openTestStore();
  await fixture.store.addRules('main', [numberedRule(1)]);
  const { hash } = fixture.store.current();
  writeFileSync(fixture.path, renderDocument({ ...fixture.document(), ...change }));
  return { ...fixture, hash };
}

describe('S17: without file events, the look before every write', () => {
  it('keeps the edit, puts its narrowing part into force and adds the rule', async () => {
    const { store, document } = await editedUnseen({
      defaults: { security: 'deny' },
      note: 'mine',
    });
    await store.addRules('main', [numberedRule(2)]);
    expect(document()).toMatchObject({ defaults: { security: 'deny' }, note: 'mine' });
    expect(document().agents?.main?.allowlist).toHaveLength(2);
    expect(store.resolve('main').security).toBe('deny');
  });

  it('refuses a replacement that does not know the edit', async () => {
    const { store, hash, document } = await editedUnseen({ defaults: { security: 'deny' } });
    await expect(store.replace({ version: 1 }, hash)).rejects.toMatchObject({
      message: 'INVALID_REQUEST: exec approvals changed; reload and retry',
    });
    expect(document().defaults).toEqual({ security: 'deny' });
  });
});
