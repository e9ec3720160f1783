import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderDocument } from '#core/policy/document.ts';
import { describeWidening } from '#core/policy/widening.ts';
import { systemHasher } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';

const start: ApprovalsDocument = {
  version: 1,
  socket: { path: '/s', token: 'secret' },
  defaults: {},
  agents: {
    main: {
      allowlist: [
        { id: '1', pattern: '/bin/a' },
        { id: '2', pattern: '/bin/b' },
      ],
    },
    ops: { security: 'deny' },
  },
};

const open = async () => {
  const fixture = await openTestStore({ text: renderDocument(start), confirmed: true });
  const edit = async (document: ApprovalsDocument) => {
    const text = renderDocument(document);
    writeFileSync(fixture.path, text);
    await fixture.until(() => fixture.store.current().hash === hashOf(text));
  };
  return { ...fixture, edit };
};

const hashOf = (text: string) => systemHasher.sha256Hex(text);

describe('S17: an edit of the policy file from outside', () => {
  it('takes no widening over, takes what narrows, and says what waits', async () => {
    const { store, edit, log, text } = await open();
    const edited: ApprovalsDocument = {
      ...start,
      defaults: { security: 'full', ask: 'off' },
      agents: {
        main: {
          allowlist: [
            { id: '2', pattern: '/bin/b' },
            { id: '3', pattern: '/bin/c' },
          ],
        },
      },
    };
    await edit(edited);
    expect(store.resolve('main')).toMatchObject({ security: 'allowlist', ask: 'on-miss' });
    expect(store.resolve('main').rules.map(({ pattern }) => pattern)).toEqual(['/bin/b']);
    expect(store.resolve('ops').security).toBe('deny');
    expect(store.resolve('never-seen').security).toBe('allowlist');
    expect(store.unconfirmed().join('\n')).toContain('new rule for "/bin/c"');
    expect(log.lines.map(({ event }) => event)).toContain('policy.edited-outside');
    expect(text()).toBe(renderDocument(edited));
  });

  it.each<[string, ApprovalsDocument]>([
    ['security of the defaults', { ...start, defaults: { security: 'full' } }],
    ['removal of an override', { ...start, agents: { main: start.agents?.main ?? {} } }],
    [
      'a rule for all agents',
      {
        ...start,
        agents: { ...start.agents, '*': { allowlist: [{ id: '9', pattern: '/bin/z' }] } },
      },
    ],
    ['the socket token', { ...start, socket: { path: '/s', token: 'planted' } }],
  ])('does not put into force: %s', async (_what, edited) => {
    const { store, edit } = await open();
    const before = store.current().document;
    await edit(edited);
    expect(describeWidening(before, store.current().document)).toEqual([]);
    expect(store.token()).toBe('secret');
    expect(store.unconfirmed()).not.toEqual([]);
  });

  it('is not laundered by a document that repeats it', async () => {
    const { store, edit } = await open();
    const edited: ApprovalsDocument = { ...start, defaults: { security: 'full' } };
    await edit(edited);
    // What decides whether a person is asked compares with what is in force, not with the file.
    expect(describeWidening(store.current().document, edited)).not.toEqual([]);
  });

  it('is not laundered by a rule that a person grants', async () => {
    const { store, edit, document } = await open();
    await edit({ ...start, defaults: { security: 'full' } });
    await store.addRules('main', [numberedRule(1)]);
    expect(store.resolve('main')).toMatchObject({ security: 'allowlist' });
    expect(store.resolve('main').rules).toHaveLength(3);
    expect(store.unconfirmed()).not.toEqual([]);
    expect(document().defaults).toEqual({ security: 'full' });
  });

  it('cannot be widened again by a second edit', async () => {
    const { store, edit } = await open();
    await edit({ ...start, agents: {} });
    await edit(start);
    expect(store.resolve('main').rules).toEqual([]);
    expect(store.unconfirmed().join('\n')).toContain('new rule for "/bin/a"');
  });

  it('is settled by a replacement, which the caller has had confirmed', async () => {
    const { store, edit } = await open();
    const edited: ApprovalsDocument = { ...start, defaults: { security: 'full' } };
    await edit(edited);
    await store.replace(edited, store.current().hash);
    expect(store.unconfirmed()).toEqual([]);
    expect(store.resolve('main').security).toBe('full');
  });

  it('costs no more than its size, however many agents and rules it names', async () => {
    const agents = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`agent-${n}`, {}]));
    const allowlist = Array.from({ length: 8_000 }, (_, n) => ({ id: `${n}`, pattern: `/b/${n}` }));
    const { edit, store } = await open();
    const from = performance.now();
    await edit({ ...start, agents: { ...start.agents, ...agents, '*': { allowlist } } });
    // Product of both: half a minute in which nothing else happens.
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(store.resolve('agent-1').rules).toEqual([]);
  });

  it('fills no log, however much it allows', async () => {
    const allowlist = Array.from({ length: 1_000 }, (_, n) => ({ id: `${n}`, pattern: `/b/${n}` }));
    const { edit, log } = await open();
    await edit({ ...start, agents: { ...start.agents, '*': { allowlist } } });
    const line = log.lines.find(({ event }) => event === 'policy.edited-outside');
    expect(line?.fields).toMatchObject({ waiting: 1_000 });
    expect(JSON.stringify(line).length).toBeLessThan(10_000);
  });
});
