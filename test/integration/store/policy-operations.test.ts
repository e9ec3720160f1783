import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ruleIds } from '#core/policy/edits.ts';
import type { PolicyEdit } from '#protocol/control-policy.ts';
import { createTestOperations, person } from '#support/policy-operations.ts';
import { openTestStore } from '#support/policy-store.ts';

const add: PolicyEdit = {
  kind: 'add',
  agentId: 'ops',
  pattern: '/usr/bin/touch',
  args: { kind: 'any' },
  cwd: null,
  expiresAt: null,
};

async function bench() {
  const fixture = await openTestStore();
  return { ...fixture, ...createTestOperations(fixture.store) };
}

test.each<[string, PolicyEdit]>([
  ['a rule for an agent that the policy did not name', add],
  ['settings of an agent', { kind: 'set', agentId: 'ops', settings: { security: 'deny' } }],
  ['the defaults', { kind: 'set', agentId: null, settings: { ask: 'always' } }],
])('taking back %s leaves the file as it was', async (_, edit) => {
  const { change, operations, text } = await bench();
  const before = text();
  const undo = (await change(edit)) ?? '';
  expect(text()).not.toBe(before);
  expect(await operations.undo(undo, person)).toBe(true);
  expect(text()).toBe(before);
});

test('an edit of a rule is taken back exactly, also into the list of another agent', async () => {
  const { change, operations, text, document } = await bench();
  await change(add);
  await change({ ...add, pattern: '/usr/bin/uname', expiresAt: Date.now() + 60_000 });
  const [ruleId = ''] = ruleIds(document());
  const before = text();
  for (const facts of [
    { cwd: '/w' },
    { pattern: '/usr/bin/wc', args: { kind: 'exact' as const, args: ['-l'] } },
    { agentId: '*', expiresAt: Date.now() + 60_000 },
  ]) {
    const undo = (await change({ kind: 'replace', ruleId, ...facts })) ?? '';
    expect(text()).not.toBe(before);
    expect(await operations.undo(undo, person)).toBe(true);
    expect(text()).toBe(before);
  }
});

test('a setting that is inherited again is taken back too', async () => {
  const { change, operations, text, store } = await bench();
  await change({ kind: 'set', agentId: 'ops', settings: { security: 'deny' } });
  const before = text();
  const inherit: PolicyEdit = { kind: 'set', agentId: 'ops', settings: { security: null } };
  expect(operations.preview(inherit).widening).toEqual([
    'Agent "ops": security goes from deny to allowlist.',
  ]);
  const undo = (await change(inherit)) ?? '';
  expect(store.resolve('ops').security).toBe('allowlist');
  expect(await operations.undo(undo, person)).toBe(true);
  expect(text()).toBe(before);
});

test('an edit of a rule that is not there, or is there twice then, is refused', async () => {
  const { change, operations, document } = await bench();
  await change(add);
  await change({ ...add, cwd: '/w' });
  const [, ruleId = ''] = ruleIds(document());
  const refused = (edit: PolicyEdit, message: string) =>
    expect(() => operations.preview(edit)).toThrow(message);
  refused({ kind: 'replace', ruleId: 'x' }, 'There is no rule x.');
  refused({ kind: 'remove', ruleIds: ['x'] }, 'There is no rule x.');
  refused({ kind: 'replace', ruleId, cwd: null }, 'There is such a rule already.');
});

test('S17: an edit of a rule opens nothing that waits for a person', async () => {
  const { change, store, path, document, until } = await bench();
  await change(add);
  const [ruleId = ''] = ruleIds(document());
  const outside = { id: 'outside', pattern: '/bin/x' };
  const waiting = { ...document(), agents: { ...document().agents, x: { allowlist: [outside] } } };
  writeFileSync(path, JSON.stringify(waiting));
  await until(() => store.unconfirmed().length > 0);
  await change({ kind: 'replace', ruleId, pattern: '/usr/bin/wc' });
  expect(store.resolve('ops').rules.map(({ pattern }) => pattern)).toEqual(['/usr/bin/wc']);
  expect(store.resolve('x').rules).toEqual([]);
  expect(store.unconfirmed()).toHaveLength(1);
  expect(document().agents?.x?.allowlist).toEqual([outside]);
});

test('a rule that is added again gets back what it was', async () => {
  const { change, operations, document } = await bench();
  const expiresAt = Date.now() + 60_000;
  await change({ ...add, expiresAt });
  const undo = (await change(add)) ?? '';
  expect(document().agents?.ops?.allowlist).not.toMatchObject([{ expiresAt }]);
  expect(await operations.undo(undo, person)).toBe(true);
  expect(document().agents?.ops?.allowlist).toMatchObject([{ expiresAt }]);
});

test('a rule says who added it, and the history too', async () => {
  const { change, operations, document, rows } = await bench();
  await change(add);
  const terminal = { surface: 'control-socket', who: 'pid 7' } as const;
  const other = { ...add, pattern: '/usr/bin/uname' };
  await operations.apply(other, operations.preview(other), terminal);
  expect(document().agents?.ops?.allowlist).toMatchObject([
    { source: 'settings' },
    { source: 'openclaw-mac' },
  ]);
  expect(rows).toMatchObject([
    { surface: 'window:sam', reason: 'policy changed (add) in the window' },
    { surface: 'control-socket:pid 7', reason: 'policy changed (add) with openclaw-mac policy' },
  ]);
});

test('a whole document cannot be taken back', async () => {
  const { change } = await bench();
  expect(await change({ kind: 'import', document: { version: 1 } })).toBeNull();
});

test('tells when the policy is another one, whoever changed it', async () => {
  const { operations, change, path, document, store } = await bench();
  const hashes: string[] = [];
  const stop = operations.onChange(() => hashes.push(operations.hash()));
  await change(add);
  const changed = Promise.withResolvers<void>();
  store.onChange(() => changed.resolve());
  writeFileSync(path, JSON.stringify({ ...document(), defaults: { security: 'deny' } }));
  await changed.promise;
  stop();
  await change({ kind: 'set', agentId: null, settings: { ask: 'always' } });
  expect(new Set(hashes).size).toBe(2);
});
