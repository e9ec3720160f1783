import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { CompanionPolicyStore } from '#host/store/approvals-store.ts';
import { systemHasher } from '#host/system.ts';
import { frozenPlan } from '#support/policy-fixtures.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

const engine = createPolicyEngine({
  hasher: systemHasher,
  home: '/home/me',
  skillBins: () => new Set<string>(),
});
const verdict = (store: CompanionPolicyStore) => engine(frozenPlan(), store.resolve('main'), 0);
const permissive = {
  version: 1,
  socket: { path: '/s', token: 'token' },
  defaults: { security: 'full', ask: 'off' },
  agents: {},
};

describe('S16: a policy that cannot be used denies everything', () => {
  it.each([
    ['corrupt', `${JSON.stringify(permissive).slice(0, -1)}`],
    ['empty', ''],
    ['of a newer schema', JSON.stringify({ ...permissive, version: 2 })],
    ['without a version', JSON.stringify({ ...permissive, version: undefined })],
    ['with an unknown word', JSON.stringify({ ...permissive, defaults: { ask: 'never' } })],
    [
      'with a list that is none',
      JSON.stringify({ ...permissive, agents: { main: { allowlist: 1 } } }),
    ],
    ['about an agent __proto__', '{"version":1,"agents":{"__proto__":{"allowlist":"x"}}}'],
    ['nested too deeply', `{"version":1,"x":${'['.repeat(3_000)}${']'.repeat(3_000)}}`],
  ])('when it is %s, and is left as it is', async (_what, text) => {
    const fixture = await openTestStore({ text });
    const { store } = fixture;
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
    expect(store.current().problem).toContain(fixture.path);
    expect(store.current().problem).toContain('restarted');
    expect(store.current().document).toMatchObject({ defaults: { security: 'deny', ask: 'off' } });
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'STATE',
    });
    await expect(store.replace({ version: 1 }, store.current().hash)).rejects.toMatchObject({
      code: 'STATE',
    });
    store.recordUse('x', '/bin/a');
    await store.close();
    expect(fixture.text()).toBe(text);
  });

  it('when it is not UTF-8 text', async () => {
    const dir = tempDir();
    const path = join(dir, 'exec-approvals.json');
    const bytes = Buffer.concat([Buffer.from(JSON.stringify(permissive)), Buffer.from([0xff])]);
    writeFileSync(path, bytes, { mode: 0o600 });
    const { store } = await openTestStore({ dir });
    expect(store.current().problem).toContain('is not UTF-8 text');
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('when it is a named pipe, without waiting for a writer', async () => {
    const dir = tempDir();
    execFileSync('mkfifo', ['-m', '600', join(dir, 'exec-approvals.json')]);
    const { store } = await openTestStore({ dir });
    expect(store.current().problem).toContain('is not a regular file');
    expect(verdict(store).kind).toBe('deny');
  });

  it('when it is a directory', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'exec-approvals.json'));
    const { store } = await openTestStore({ dir });
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
  });

  it('gives a token that nobody knows', async () => {
    const [one, two] = [await openTestStore({ text: 'x' }), await openTestStore({ text: 'x' })];
    expect(one.store.token()).toMatch(/^[\w-]{32}$/);
    expect(one.store.token()).not.toBe(two.store.token());
  });

  it('when it turns corrupt while the companion runs, until it is good again', async () => {
    const { store, path, text, until, log } = await openTestStore();
    const before = text();
    writeFileSync(path, '{"version":1');
    await until(({ problem }) => problem !== null);
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
    expect(log.lines.map(({ event }) => event)).toContain('policy.unusable');
    writeFileSync(path, before);
    await until(({ problem }) => problem === null);
    expect(verdict(store).kind).toBe('prompt');
  });

  it('when it is removed while the companion runs, and does not make a new one', async () => {
    const { store, path, until } = await openTestStore();
    rmSync(path);
    const { exists, problem } = await until((snapshot) => !snapshot.exists);
    expect({ exists, problem }).toEqual({
      exists: false,
      problem: `${path} was removed. Nothing runs until it is back or the companion restarts.`,
    });
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'STATE',
    });
    expect(verdict(store).kind).toBe('deny');
  });

  it('and after a repair nothing goes beyond the fresh policy until a person confirms', async () => {
    const { store, path, text, until } = await openTestStore({ text: '{' });
    writeFileSync(path, JSON.stringify(permissive));
    const { problem, hash } = await until((snapshot) => snapshot.problem === null);
    expect(problem).toBeNull();
    expect(verdict(store).kind).toBe('prompt');
    expect(store.unconfirmed().join('\n')).toContain('security goes from allowlist to full');
    await store.confirm(hash);
    expect(verdict(store).kind).toBe('allow');
    expect(text()).toBe(JSON.stringify(permissive));
  });
});

describe('S16, S21: a policy that someone else could steer denies everything', () => {
  const target = () => {
    const path = join(tempDir(), 'elsewhere.json');
    writeFileSync(path, JSON.stringify(permissive), { mode: 0o600 });
    return path;
  };

  it.each([
    ['a symbolic link', (from: string, to: string) => symlinkSync(from, to)],
    ['a second hard link', (from: string, to: string) => linkSync(from, to)],
  ])('%s at start', async (_what, link) => {
    const [dir, from] = [tempDir(), target()];
    link(from, join(dir, 'exec-approvals.json'));
    const { store } = await openTestStore({ dir });
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'STATE',
    });
    expect(readFileSync(from, 'utf8')).toBe(JSON.stringify(permissive));
  });

  it('a symbolic link that takes its place, and writes do not follow it', async () => {
    const { store, path } = await openTestStore();
    const from = target();
    rmSync(path);
    symlinkSync(from, path);
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'STATE',
    });
    expect(readFileSync(from, 'utf8')).toBe(JSON.stringify(permissive));
    expect(verdict(store).kind).toBe('deny');
  });

  it('a dangling symbolic link is not filled', async () => {
    const dir = tempDir();
    symlinkSync(join(dir, 'nowhere'), join(dir, 'exec-approvals.json'));
    const { store } = await openTestStore({ dir });
    expect(verdict(store).kind).toBe('deny');
  });

  it('a file that others may write', async () => {
    const dir = tempDir();
    const path = join(dir, 'exec-approvals.json');
    writeFileSync(path, JSON.stringify(permissive));
    chmodSync(path, 0o666);
    const { store } = await openTestStore({ dir });
    expect(verdict(store)).toMatchObject({ kind: 'deny', reason: 'store-unusable' });
  });
});
