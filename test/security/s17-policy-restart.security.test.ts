import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { renderDocument } from '#core/policy/document.ts';
import { readPolicy } from '#host/store/policy-view.ts';
import { systemHasher, systemIds } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { numberedRule, openTestStore, type StoreFixture } from '#support/policy-store.ts';

const rule = (id: string) => ({ id, pattern: `/bin/${id}` });
const start: ApprovalsDocument = {
  version: 1,
  socket: { path: '/s', token: 'secret' },
  defaults: { security: 'allowlist', ask: 'on-miss' },
  agents: { main: { allowlist: [rule('a'), rule('b')] }, ops: { security: 'deny' } },
};
const wide: ApprovalsDocument = { ...start, defaults: { security: 'full', ask: 'off' } };

const openStart = () => openTestStore({ text: renderDocument(start), confirmed: true });
const patterns = ({ store }: StoreFixture) =>
  store.resolve('main').rules.map(({ pattern }) => pattern);
const recordOf = ({ path }: StoreFixture) => join(dirname(path), 'exec-approvals.confirmed.json');

/** Stops the companion, lets somebody change its files, and starts it again. */
async function restart(
  fixture: StoreFixture,
  meanwhile: (path: string) => void,
): Promise<StoreFixture> {
  await fixture.store.close();
  meanwhile(fixture.path);
  return await openTestStore({ dir: dirname(fixture.path) });
}
const edit = (document: ApprovalsDocument) => (path: string) =>
  writeFileSync(path, renderDocument(document));

describe('S17: a restart confirms no edit from outside', () => {
  it('not one made while the companion ran', async () => {
    const fixture = await openStart();
    writeFileSync(fixture.path, renderDocument(wide));
    await fixture.until(() => fixture.store.unconfirmed().length > 0);
    const next = await restart(fixture, () => {});
    expect(next.store.resolve('main')).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(next.store.unconfirmed()).not.toEqual([]);
    expect(next.text()).toBe(renderDocument(wide));
  });

  it('not one made while it was stopped; what narrows holds', async () => {
    const edited = { ...wide, agents: { main: { allowlist: [rule('b'), rule('c')] } } };
    const next = await restart(await openStart(), edit(edited));
    expect(next.store.resolve('main').security).toBe('allowlist');
    expect(next.store.resolve('ops').security).toBe('deny');
    expect(patterns(next)).toEqual(['/bin/b']);
    expect(next.store.unconfirmed().join('\n')).toContain('new rule for "/bin/c"');
    expect(next.log.lines.map(({ event }) => event)).toContain('policy.edited-outside');
  });

  it('nor one that puts back what another edit took away', async () => {
    const fixture = await openStart();
    writeFileSync(fixture.path, renderDocument({ ...start, agents: {} }));
    await fixture.until(() => patterns(fixture).length === 0);
    const next = await restart(fixture, edit(start));
    expect(patterns(next)).toEqual([]);
    expect(next.store.unconfirmed()).not.toEqual([]);
  });

  it('nor a token that somebody planted', async () => {
    const next = await restart(
      await openStart(),
      edit({ ...start, socket: { path: '/s', token: 'planted' } }),
    );
    expect(next.store.token()).toBe('secret');
    expect(next.store.unconfirmed()).toEqual(['The socket token changes.']);
  });

  it('and removing the document does not bring a strict policy back to the fresh one', async () => {
    const strict = await openTestStore({
      text: renderDocument({ ...start, defaults: { security: 'deny' }, agents: {} }),
      confirmed: true,
    });
    const next = await restart(strict, (path) => rmSync(path));
    expect(next.store.resolve('main').security).toBe('deny');
    expect(next.store.token()).toBe('secret');
    expect(next.store.unconfirmed()).not.toEqual([]);
    expect(next.document().defaults?.security).toBe('allowlist');
  });

  it('nor one whose record somebody placed while the companion ran', async () => {
    const fixture = await openStart();
    const text = renderDocument(wide);
    const placed = { version: 1, hash: systemHasher.sha256Hex(text), document: wide };
    writeFileSync(recordOf(fixture), JSON.stringify(placed), { mode: 0o600 });
    const next = await restart(fixture, edit(wide));
    expect(next.store.resolve('main')).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(next.store.unconfirmed()).not.toEqual([]);
    expect(fixture.log.lines.map(({ event }) => event)).toContain(
      'policy.confirmed.edited-outside',
    );
  });

  it('and a record that is replaced or removed is put back at once', async () => {
    const fixture = await openStart();
    const record = recordOf(fixture);
    const content = () => JSON.parse(readFileSync(record, 'utf8')) as unknown;
    const before = content();
    writeFileSync(record, JSON.stringify({ version: 1, hash: 'x', document: wide }));
    await vi.waitFor(() => expect(content()).toEqual(before));
    rmSync(record);
    await vi.waitFor(() => expect(content()).toEqual(before));
    expect(statSync(record).mode & 0o777).toBe(0o600);
    await fixture.store.addRules('main', [numberedRule(1)]);
    expect(readFileSync(record, 'utf8')).toContain('tool-1');
  });

  it('while what people granted and confirmed stays in force', async () => {
    const fixture = await openStart();
    await fixture.store.addRules('main', [numberedRule(1)]);
    const next = await restart(fixture, () => {});
    expect(patterns(next)).toHaveLength(3);
    expect(next.store.unconfirmed()).toEqual([]);
    expect(next.log.lines.map(({ event }) => event)).not.toContain('policy.edited-outside');
  });
});

describe('S17: without a record of what was in force', () => {
  it.each<[string, (record: string) => void]>([
    ['none', (record) => rmSync(record)],
    ['a malformed one', (record) => writeFileSync(record, '{')],
    ['one of another kind', (record) => writeFileSync(record, renderDocument(wide))],
    [
      'one that holds no document',
      (record) => writeFileSync(record, JSON.stringify({ version: 1, hash: 'x', document: wide })),
    ],
    [
      'one that others may write',
      (record) => {
        chmodSync(record, 0o666);
      },
    ],
  ])('%s: nothing beyond the fresh policy holds', async (_what, damage) => {
    const fixture = await openStart();
    const next = await restart(fixture, (path) => {
      damage(recordOf(fixture));
      edit(wide)(path);
    });
    expect(next.store.resolve('main')).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(next.store.resolve('ops').security).toBe('deny');
    expect(patterns(next)).toEqual([]);
    expect(next.store.unconfirmed().join('\n')).toContain('new rule for "/bin/a"');
    // The node host reads its token from this file, and whoever wrote that knows it anyway.
    expect(next.store.token()).toBe('secret');
    expect(statSync(recordOf(next)).mode & 0o777).toBe(0o600);
  });

  it('a document placed before the first start narrows at once', async () => {
    const text = renderDocument({ ...start, defaults: { security: 'deny' } });
    const fixture = await openTestStore({ text });
    expect(fixture.store.resolve('main').security).toBe('deny');
    expect(fixture.text()).toBe(text);
  });
});

describe('S17: a person confirms', () => {
  it('the document on disk, which is then in force, also after a restart', async () => {
    const fixture = await openStart();
    const { store, path, until } = fixture;
    const text = JSON.stringify(wide);
    writeFileSync(path, text);
    const { hash } = await until(() => store.unconfirmed().length > 0);
    await store.confirm(hash);
    expect(store.resolve('main').security).toBe('full');
    expect(store.unconfirmed()).toEqual([]);
    expect(fixture.text()).toBe(text);
    const next = await restart(fixture, () => {});
    expect(next.store.resolve('main').security).toBe('full');
    expect(next.store.unconfirmed()).toEqual([]);
  });

  it('nothing but what was shown', async () => {
    const { store, path, until } = await openStart();
    const shown = store.current().hash;
    writeFileSync(path, renderDocument(wide));
    await until(() => store.unconfirmed().length > 0);
    await expect(store.confirm(shown)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'the approvals document changed; look again',
    });
    expect(store.resolve('main').security).toBe('allowlist');
  });

  it('nothing that was changed a moment ago', async () => {
    const { store, path } = await openStart();
    const shown = store.current().hash;
    // No event has been seen yet.
    writeFileSync(path, renderDocument(wide));
    await expect(store.confirm(shown)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(store.resolve('main').security).toBe('allowlist');
  });

  it('their own change, and an edit that waits goes on waiting', async () => {
    const { store, path, until } = await openStart();
    writeFileSync(path, renderDocument(wide));
    await until(() => store.unconfirmed().length > 0);
    const deny = (before: ApprovalsDocument): ApprovalsDocument => ({
      ...before,
      agents: { ...before.agents, web: { security: 'deny' } },
    });
    await store.change(deny, store.current().hash);
    expect(store.resolve('web').security).toBe('deny');
    expect(store.resolve('main').security).toBe('allowlist');
    expect(store.unconfirmed()).not.toEqual([]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      defaults: { security: 'full' },
      agents: { web: { security: 'deny' } },
    });
    await store.change(() => start, null);
    expect(store.unconfirmed()).toEqual([]);
    expect(patterns({ store } as StoreFixture)).toEqual(['/bin/a', '/bin/b']);
  });
});

it('S17: looking at the policy of another process shows what is in force', async () => {
  const fixture = await openStart();
  await fixture.store.close();
  writeFileSync(fixture.path, renderDocument(wide));
  const view = { path: fixture.path, ids: systemIds, hasher: systemHasher };
  expect((await readPolicy(view)).resolve('main').security).toBe('allowlist');
  rmSync(recordOf(fixture));
  expect((await readPolicy(view)).resolve('main').rules).toEqual([]);
});
