import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { renderDocument } from '#core/policy/document.ts';
import { systemHasher } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { numberedRule, openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const entry = (id: string, pattern: string) => ({ id, pattern });
const socket = { path: '/s.sock', token: 'token' };

describe('opening', () => {
  it('D5, S21: makes a fresh document with a socket and a token, 0600', async () => {
    const { store, path, document, mode, text } = await openTestStore();
    const { token = '' } = document().socket ?? {};
    expect(document()).toEqual({
      version: 1,
      defaults: {
        security: 'allowlist',
        ask: 'on-miss',
        askFallback: 'deny',
        autoAllowSkills: false,
      },
      agents: {},
      socket: { path: join(dirname(path), 'exec-approvals.sock'), token },
    });
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(store.token()).toBe(token);
    expect(mode()).toBe('600');
    expect(store.current()).toMatchObject({
      path,
      exists: true,
      hash: systemHasher.sha256Hex(text()),
      problem: null,
    });
  });

  it('leaves a complete document as it is, byte for byte', async () => {
    const before = JSON.stringify({ agents: {}, mine: 1, socket, defaults: {}, version: 1 });
    const { text, store } = await openTestStore({ text: before });
    expect(text()).toBe(before);
    expect(store.token()).toBe('token');
  });

  it('mends a document without token and ids, and keeps what it does not know', async () => {
    const { document } = await openTestStore({
      text: '{"future":{"a":1},"version":1,"agents":{"main":{"allowlist":["/bin/a"],"x":2}}}',
    });
    expect(document()).toMatchObject({
      future: { a: 1 },
      agents: { main: { x: 2, allowlist: [{ pattern: '/bin/a', id: expect.any(String) }] } },
      socket: { token: expect.stringMatching(/^[\w-]{32}$/) },
    });
  });
});

describe('granting rules', () => {
  it('is durable when it resolves, and resolves to the id of the rule', async () => {
    const { store, document } = await openTestStore();
    const [id] = await store.addRules('ops', [numberedRule(1)]);
    const { pattern, argPattern, cwd } = numberedRule(1);
    expect(document().agents?.ops?.allowlist).toMatchObject([{ pattern, argPattern, cwd, id }]);
    expect(store.resolve('ops').rules).toMatchObject([{ id, owner: 'ops' }]);
    expect(store.resolve('main').rules).toEqual([]);
  });

  it('loses none of 50 that are granted at once', async () => {
    const { store, document } = await openTestStore();
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.addRules('main', [numberedRule(n)])),
    );
    const stored = document().agents?.main?.allowlist?.map(({ id }) => id);
    expect(new Set(ids.flat()).size).toBe(50);
    expect(stored).toEqual(ids.flat());
  });

  it('does not store the same rule twice', async () => {
    const { store, document } = await openTestStore();
    const first = await store.addRules('main', [numberedRule(1)]);
    expect(await store.addRules('main', [numberedRule(1)])).toEqual(first);
    expect(document().agents?.main?.allowlist).toHaveLength(1);
  });

  it('leaves no temporary file behind', async () => {
    const { store, path } = await openTestStore();
    await store.addRules('main', [numberedRule(1)]);
    expect(readdirSync(dirname(path)).sort()).toEqual([
      'exec-approvals.confirmed.json',
      'exec-approvals.json',
      'exec-approvals.json.lock',
    ]);
  });

  it('stores the rules of one text in one write, or none of them', async () => {
    const { store, path, document } = await openTestStore();
    const writes: string[] = [];
    store.onChange(({ hash }) => writes.push(hash));
    const ids = await store.addRules('main', [1, 2, 1].map(numberedRule));
    expect(document().agents?.main?.allowlist?.map(({ id }) => id)).toEqual(ids);
    expect(ids).toHaveLength(2);
    expect(writes).toHaveLength(1);
    blockWrites(path);
    await expect(store.addRules('main', [3, 4].map(numberedRule))).rejects.toThrow();
    expect(store.resolve('main').rules.map(({ id }) => id)).toEqual(ids);
    expect(document().agents?.main?.allowlist).toHaveLength(2);
  });

  it('keeps what bounds a rule, and makes one for any arguments that works', async () => {
    const { store, document } = await openTestStore();
    const wide = { ...numberedRule(1), argPattern: null, cwd: null, expiresAt: 99 };
    const [id] = await store.addRules('main', [wide]);
    expect(document().agents?.main?.allowlist).toMatchObject([
      { id, pattern: '/bin/tool-1', expiresAt: 99, source: 'manual' },
    ]);
    expect(store.resolve('main').rules).toMatchObject([
      { id, argPattern: null, cwd: null, expiresAt: 99, contentSha256: null },
    ]);
  });

  it('is refused after close', async () => {
    const { store } = await openTestStore();
    await store.close();
    await expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'STATE',
    });
  });
});

describe('noting uses', () => {
  const text = renderDocument({
    version: 1,
    socket,
    defaults: {},
    agents: {
      '*': { allowlist: [entry('r1', '/bin/a')] },
      main: { allowlist: [entry('r2', '/bin/b')] },
    },
  });

  it('writes many hits once, after a while', async () => {
    const clock = createVirtualClock(1_000.5);
    const fixture = await openTestStore({ text, confirmed: true, clock });
    for (let n = 0; n < 100; n += 1) fixture.store.recordUse('r1', '/bin/a');
    fixture.store.recordUse('r2', '/bin/b');
    expect(fixture.text()).toBe(text);
    expect(clock.waiting).toBe(1);
    const noted = new Promise<void>((resolve) => fixture.store.onChange(() => resolve()));
    clock.advance(5_000);
    await noted;
    expect(fixture.document().agents).toEqual({
      '*': {
        allowlist: [{ ...entry('r1', '/bin/a'), lastUsedAt: 1_000, lastResolvedPath: '/bin/a' }],
      },
      main: {
        allowlist: [{ ...entry('r2', '/bin/b'), lastUsedAt: 1_000, lastResolvedPath: '/bin/b' }],
      },
    });
    expect(clock.waiting).toBe(0);
  });

  it('writes what waits when it closes', async () => {
    const fixture = await openTestStore({ text, confirmed: true, clock: createVirtualClock() });
    fixture.store.recordUse('r1', '/bin/a');
    await fixture.store.close();
    expect(fixture.text()).toContain('lastUsedAt');
  });

  it('writes nothing for a rule that is gone', async () => {
    const fixture = await openTestStore({ text, confirmed: true, clock: createVirtualClock() });
    fixture.store.recordUse('gone', '/bin/a');
    await fixture.store.close();
    expect(fixture.text()).toBe(text);
  });
});

describe('replacing the document (exec-ipc §4.7)', () => {
  const refusal = (what: string) => ({
    code: 'INVALID_REQUEST',
    message: `INVALID_REQUEST: exec approvals ${what}; reload and retry`,
  });

  it.each([null, '', '  '])('needs a base hash: %j', async (baseHash) => {
    const { store } = await openTestStore();
    await expect(store.replace({ version: 1 }, baseHash)).rejects.toMatchObject(
      refusal('base hash required'),
    );
  });

  it('refuses a stale base hash', async () => {
    const { store } = await openTestStore();
    const { hash } = store.current();
    await store.addRules('main', [numberedRule(1)]);
    await expect(store.replace({ version: 1 }, hash)).rejects.toMatchObject(refusal('changed'));
  });

  it('keeps socket path and token when the new document has none', async () => {
    const { store, document } = await openTestStore();
    const { socket: before } = document();
    const snapshot = await store.replace(
      { version: 1, agents: { main: { allowlist: [{ pattern: '/bin/a' }] } } },
      store.current().hash,
    );
    expect(document().socket).toEqual(before);
    expect(snapshot).toEqual(store.current());
    expect(snapshot.document.agents?.main?.allowlist?.[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('takes a new token', async () => {
    const { store, document } = await openTestStore();
    await store.replace({ version: 1, socket: { token: 'new' } }, store.current().hash);
    expect([store.token(), document().socket?.token]).toEqual(['new', 'new']);
  });

  it('does not lose exact arguments to a peer that does not know them', async () => {
    const { store, document } = await openTestStore();
    const [id = ''] = await store.addRules('main', [numberedRule(1)]);
    const closed: ApprovalsDocument = {
      version: 1,
      agents: { main: { allowlist: [entry(id, numberedRule(1).pattern)] } },
    };
    await store.replace(closed, store.current().hash);
    expect(document().agents?.main?.allowlist?.[0]).toMatchObject({
      argPattern: 'sha256:1',
      cwd: '/work',
    });
  });

  it('refuses what it could not read again, and keeps what it has', async () => {
    const { store, text } = await openTestStore();
    const before = text();
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n += 1) deep = [deep];
    const { hash } = store.current();
    await expect(store.replace({ version: 1, deep }, hash)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    const huge = 'x'.repeat(13 * 1024 * 1024);
    await expect(store.replace({ version: 1, huge }, hash)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(text()).toBe(before);
  });
});

describe('changing the document', () => {
  const add = (id: string) => (before: ApprovalsDocument) => ({
    ...before,
    agents: { main: { allowlist: [entry(id, `/bin/${id}`)] } },
  });

  it('works on what is on disk and keeps the socket', async () => {
    const { store, document } = await openTestStore();
    const { socket: before } = document();
    const snapshot = await store.change(({ socket: _, ...rest }) => add('a')(rest), null);
    expect(document()).toMatchObject({ socket: before, agents: { main: {} } });
    expect(snapshot).toEqual(store.current());
    expect(store.resolve('main').rules).toHaveLength(1);
  });

  it('refuses a stale base hash, and edits that make no document', async () => {
    const { store, text } = await openTestStore();
    const { hash } = store.current();
    await store.change(add('a'), hash);
    const before = text();
    await expect(store.change(add('b'), hash)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { conflict: 'changed' },
    });
    const broken = () => ({ version: 1, agents: { main: { ask: 'never' } } }) as never;
    await expect(store.change(broken, null)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(text()).toBe(before);
  });
});

describe('the lock beside the document (exec-ipc §4.5)', () => {
  it('lets two companions change one document without losing a change', async () => {
    const dir = tempDir();
    const first = await openTestStore({ dir });
    const second = await openTestStore({ dir });
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? first : second).store.addRules('main', [numberedRule(n)]),
      ),
    );
    const stored = first.document().agents?.main?.allowlist?.map(({ id }) => id) ?? [];
    expect(stored.sort()).toEqual(ids.flat().sort());
    expect(statSync(`${first.path}.lock`).mode & 0o777).toBe(0o600);
  });

  it('is waited for, but not for ever', async () => {
    const clock = createVirtualClock();
    const { store, path, text } = await openTestStore({ clock });
    const before = text();
    const holder = await heldElsewhere(`${path}.lock`);
    const refused = expect(store.addRules('main', [numberedRule(1)])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `${path}.lock was held by another process for 5 s`,
    });
    await vi.waitUntil(() => clock.waiting > 0);
    clock.advance(4_990);
    await vi.waitUntil(() => clock.waiting > 0);
    clock.advance(20);
    await refused;
    expect(text()).toBe(before);
    // Its holder is killed: nothing has to be cleaned up.
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await store.addRules('main', [numberedRule(1)])).toHaveLength(1);
  });
});

describe('listeners', () => {
  it('hear of every change until they detach, whatever another one does', async () => {
    const { store, log } = await openTestStore();
    const heard: string[] = [];
    store.onChange(() => {
      throw new Error('listener broke');
    });
    const detach = store.onChange(({ hash }) => heard.push(hash));
    await store.addRules('main', [numberedRule(1)]);
    detach();
    await store.addRules('main', [numberedRule(2)]);
    expect(heard).toHaveLength(1);
    expect(log.lines.map(({ event }) => event)).toContain('policy.listener.failed');
  });

  it('hear of an edit that replaces the file, as editors do', async () => {
    const { store, path, document, until } = await openTestStore();
    const draft = `${path}.draft`;
    writeFileSync(draft, renderDocument({ ...document(), defaults: { security: 'deny' } }), {
      mode: 0o600,
    });
    renameSync(draft, path);
    await until(() => store.resolve(null).security === 'deny');
    expect(store.unconfirmed()).toEqual([]);
  });
});

/** Nothing can be renamed to where a folder is. */
function blockWrites(path: string): void {
  const record = path.replace('.json', '.confirmed.json');
  rmSync(record);
  mkdirSync(record);
}

/** A process that took the lock. */
async function heldElsewhere(lock: string): Promise<ChildProcess> {
  const code = `
    import { openSync } from 'node:fs';
    import { loadNative } from '#host/sockets/native.ts';
    const native = await loadNative();
    console.log(native.tryLock(openSync(${JSON.stringify(lock)}, 'r+')));
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  expect(String(line)).toBe('true\n');
  return child;
}

it('D3: the store writes only the path it was given', async () => {
  const home = tempDir();
  await openTestStore({ dir: join(home, 'companion') });
  expect(readdirSync(home)).toEqual(['companion']);
});
