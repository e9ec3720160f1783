import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anywherePattern } from '#core/policy/arg-pattern.ts';
import { renderDocument } from '#core/policy/document.ts';
import { systemClock, systemHasher } from '#host/system.ts';
import { type RulesEdit, rulesListSchema } from '#ipc/rules.ts';
import { rulesHandlers } from '#main/handlers/rules.ts';
import type { AllowlistEntry, ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createTestOperations } from '#support/policy-operations.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

const from = 'settings';

/** The handlers of the window, over a real document. */
async function bench(document: Omit<Partial<ApprovalsDocument>, 'version'> = {}) {
  const socket = { path: '/s', token: 't' };
  const text = renderDocument({ version: 1, socket, defaults: {}, agents: {}, ...document });
  const fixture = await openTestStore({ text, confirmed: true });
  const { operations, rows } = createTestOperations(fixture.store);
  const handlers = rulesHandlers({
    policy: operations,
    uses: () => new Map([['one', 12]]),
    clock: systemClock,
    hasher: systemHasher,
    who: 'sam',
  });
  const preview = async (edit: RulesEdit) => await handlers['rules.preview']({ edit }, from);
  const apply = async (edit: RulesEdit, shown: { baseHash: string; digest: string }) => {
    const { baseHash, digest } = shown;
    return await handlers['rules.apply']({ edit, baseHash, digest }, from);
  };
  return {
    ...fixture,
    rows,
    preview,
    apply,
    change: async (edit: RulesEdit) => await apply(edit, await preview(edit)),
    undo: async (undo: string) => await handlers['rules.undo']({ undo }, from),
    list: async () => rulesListSchema.parse(await handlers['rules.list'](null, from)),
  };
}

const add: Extract<RulesEdit, { kind: 'add' }> = {
  kind: 'add',
  agent: 'main',
  program: '/usr/bin/touch',
  args: null,
  folder: null,
  expiresAtMs: null,
};

describe('the rules of the settings window', () => {
  it('are listed per agent, every agent first, with where they come from and how often they were used', async () => {
    const allowlist: AllowlistEntry[] = [
      { id: 'one', pattern: '/usr/bin/git', cwd: '/w', lastUsedAt: 5, createdAt: 3 },
      { id: 'two', pattern: 'uname', source: 'openclaw-mac', expiresAt: 10 },
      { id: 'three', pattern: '/bin/ls', source: 'evil " source\u202e' },
    ];
    const every: AllowlistEntry[] = [
      { id: 'four', pattern: '/bin/\u202ewc', argPattern: 'x', source: 'allow-always' },
    ];
    const { list, store } = await bench({
      agents: { 'ma"in': { security: 'deny', allowlist }, '*': { allowlist: every } },
    });
    const found = await list();
    expect(found).toMatchObject({
      hash: store.current().hash,
      problem: null,
      unconfirmed: [],
      defaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
    });
    expect(found.agents.map(({ key, shown, own }) => [key, shown, own])).toEqual([
      ['*', 'Every agent', []],
      ['ma"in', '"ma\\"in"', ['security']],
    ]);
    expect(found.agents[0]?.rules).toMatchObject([
      { program: '/bin/\\u{202E}wc', args: 'kept', origin: 'Always, in the window or terminal' },
    ]);
    expect(found.agents[1]?.rules).toEqual([
      {
        id: 'one',
        program: '/usr/bin/git',
        scope: 'with any arguments, only in /w',
        args: 'any',
        folder: '/w',
        isPinned: false,
        expiresAtMs: null,
        isExpired: false,
        lastUsedAtMs: 5,
        createdAtMs: 3,
        origin: 'The policy file',
        uses: 12,
      },
      expect.objectContaining({ isExpired: true, expiresAtMs: 10, uses: 0 }),
      expect.objectContaining({ origin: '"evil \\" source\\u{202E}"' }),
    ]);
  });

  it('S24: are changed only as they were shown, and only for those sentences', async () => {
    const { preview, apply, text, change } = await bench();
    const shown = await preview(add);
    const before = text();
    const stale = { kind: 'changed' };
    expect(await apply({ ...add, agent: '*' }, shown)).toEqual(stale);
    expect(await apply(add, { ...shown, digest: '' })).toEqual(stale);
    expect(text()).toBe(before);
    await change({ kind: 'set', agent: 'ops', settings: { security: 'deny' } });
    expect(await apply(add, shown)).toEqual(stale);
  });

  it('S6: shows the text of others in sentences that cannot deceive', async () => {
    const { preview } = await bench();
    const { widening, changes } = await preview({ ...add, agent: 'a\u202eb\nc' });
    expect([...widening, ...changes].join('')).not.toMatch(/[\u202e\n]/);
    expect(widening[0]).toContain('a\\u{202E}b');
  });

  it('takes every kind of change, writes it down and takes it back', async () => {
    const { change, undo, document, rows, list } = await bench();
    const added = await change({ ...add, args: ['-a', 'b c'], folder: '/tmp' });
    expect(added).toEqual({ kind: 'written', undo: expect.any(String) });
    const [rule] = document().agents?.main?.allowlist ?? [];
    expect(rule).toMatchObject({ cwd: '/tmp', source: 'settings' });
    const ruleId = rule?.id ?? '';
    const expiresAtMs = Date.now() + 60_000;
    await change({ kind: 'expire', ruleId, expiresAtMs });
    await change({ kind: 'set', agent: null, settings: { askFallback: 'allowlist' } });
    const removed = await change({ kind: 'remove', ruleIds: [ruleId] });
    expect(document()).toMatchObject({
      defaults: { askFallback: 'allowlist' },
      agents: { main: { allowlist: [] } },
    });
    expect(removed.kind === 'written' && (await undo(removed.undo ?? ''))).toBe(true);
    expect(document().agents?.main?.allowlist).toEqual([{ ...rule, expiresAt: expiresAtMs }]);
    expect((await list()).agents[1]?.rules[0]?.scope).toBe('with exactly: -a "b c", only in /tmp');
    expect(rows.map(({ surface }) => surface)).toEqual(Array(5).fill('window:sam'));
  });

  it('S17: put an edit from outside in force only as it was shown, and cannot take that back', async () => {
    const { list, preview, apply, change, path, document, until, store } = await bench();
    writeFileSync(path, JSON.stringify({ ...document(), defaults: { security: 'full' } }));
    await until(() => store.unconfirmed().length > 0);
    const shown = await preview({ kind: 'confirm' });
    expect((await list()).unconfirmed).toEqual(shown.widening);
    writeFileSync(
      path,
      JSON.stringify({ ...document(), defaults: { security: 'full', ask: 'off' } }),
    );
    await until(({ hash }) => hash !== shown.baseHash);
    expect(await apply({ kind: 'confirm' }, shown)).toEqual({ kind: 'changed' });
    expect(await change({ kind: 'confirm' })).toEqual({ kind: 'written', undo: null });
    expect(store.resolve(null)).toMatchObject({ security: 'full', ask: 'off' });
  });

  it('S17: write back what is in force in the place of an edit from outside, only as it was shown', async () => {
    const { preview, apply, change, path, document, until, store, rows } = await bench();
    const before = document();
    writeFileSync(path, JSON.stringify({ ...before, defaults: { security: 'full' } }));
    await until(() => store.unconfirmed().length > 0);
    const shown = await preview({ kind: 'discard' });
    expect(shown.widening).toEqual([]);
    expect(shown.changes).toEqual(store.unconfirmed().map((one) => `Not put in force: ${one}`));
    writeFileSync(path, JSON.stringify({ ...before, defaults: { security: 'full', ask: 'off' } }));
    await until(({ hash }) => hash !== shown.baseHash);
    expect(await apply({ kind: 'discard' }, shown)).toEqual({ kind: 'changed' });
    expect(document().defaults).toEqual({ security: 'full', ask: 'off' });
    const inForce = store.resolve(null);
    expect(await change({ kind: 'discard' })).toEqual({ kind: 'written', undo: null });
    expect(document()).toEqual(store.current().document);
    expect(document().defaults?.security).not.toBe('full');
    expect(store.unconfirmed()).toEqual([]);
    expect(store.resolve(null)).toEqual(inForce);
    expect(rows.at(-1)).toMatchObject({
      surface: 'window:sam',
      reason: expect.stringContaining('discard'),
    });
  });

  it('tell a problem of the store and then change nothing (S16)', async () => {
    const { list, preview, path, until } = await bench();
    writeFileSync(path, '{broken');
    await until(({ problem }) => problem !== null);
    expect((await list()).problem).toContain(path);
    await expect(preview(add)).rejects.toMatchObject({ code: 'STATE' });
  });
});

describe('a rule that is edited', () => {
  it('is shown, written and taken back like every other change', async () => {
    const { change, preview, undo, document, list, rows } = await bench();
    await change({ ...add, args: ['a b', ''], folder: '/tmp' });
    const before = document();
    const [{ id: ruleId = '' } = {}] = before.agents?.main?.allowlist ?? [];
    const [main] = (await list()).agents.slice(1);
    expect(main?.rules).toMatchObject([{ args: ['a b', ''], folder: '/tmp', isPinned: false }]);

    const edit = { kind: 'replace', ruleId, program: '/usr/bin/wc', folder: null } as const;
    expect((await preview(edit)).widening).toEqual([
      expect.stringContaining('Agent "main": new rule for "/usr/bin/wc"'),
    ]);
    const written = await change(edit);
    expect(document().agents?.main?.allowlist).toMatchObject([
      { pattern: '/usr/bin/wc', source: 'settings' },
    ]);
    expect((await list()).agents[1]?.rules).toMatchObject([{ args: ['a b', ''], folder: null }]);
    expect(rows.at(-1)?.reason).toBe('policy changed (replace) in the window');
    expect(written.kind === 'written' && (await undo(written.undo ?? ''))).toBe(true);
    expect(document()).toEqual(before);
  });

  it('keeps what is not named, even where it is not there any more; other programs and folders are', async () => {
    const gone = { id: 'gone', pattern: '/no/such/program', cwd: '/no/such/folder' };
    const { preview, change, document } = await bench({ agents: { main: { allowlist: [gone] } } });
    const edit = { kind: 'replace', ruleId: 'gone' } as const;
    await change({ ...edit, agent: 'ops' });
    expect(document().agents).toEqual({ main: { allowlist: [] }, ops: { allowlist: [gone] } });
    await expect(preview({ ...edit, program: '/no/other' })).rejects.toThrow('There is no program');
    await expect(preview({ ...edit, folder: 'code' })).rejects.toThrow('is not a whole path');
    await expect(preview({ ...edit, ruleId: 'x' })).rejects.toThrow('There is no rule x.');
  });

  it('shows arguments that hide something as such that are kept', async () => {
    const argPattern = anywherePattern(['a\nb']);
    const one = { id: 'one', pattern: 'uname', argPattern: argPattern ?? '' };
    const { list } = await bench({ agents: { main: { allowlist: [one] } } });
    expect((await list()).agents[1]?.rules).toMatchObject([{ args: 'kept' }]);
  });
});

describe('a new rule', () => {
  it('names the real path of a program and of a folder, and leaves patterns and names alone', async () => {
    const { preview } = await bench();
    const dir = tempDir();
    symlinkSync('/usr/bin/touch', join(dir, 'link'));
    mkdirSync(join(dir, 'real'));
    symlinkSync(join(dir, 'real'), join(dir, 'folder'));
    const edit = { ...add, program: ` ${dir}/link `, folder: join(dir, 'folder') };
    const { changes } = await preview(edit);
    expect(changes.join()).toMatch(/"\/\S*\/touch" with any arguments, only in \S+\/real,/);
    for (const program of ['uname', '/opt/*/tool', '~/bin/*']) {
      expect((await preview({ ...add, program })).changes.join()).toContain(`"${program}"`);
    }
  });

  it.each<[string, Partial<typeof add>, string]>([
    ['no such program', { program: '/no/such/program' }, 'There is no program at'],
    ['a shell', { program: '/bin/sh' }, 'would allow anything'],
    ['half a path', { program: 'bin/tool' }, 'is not a whole path'],
    ['nothing', { program: '  ' }, 'No program can ever match'],
    ['a folder that is none', { folder: '/no/such/folder' }, 'is not a directory'],
    ['half a folder', { folder: 'code' }, 'is not a whole path'],
    ['an end in the past', { expiresAtMs: 5 }, 'expired already'],
    ['a name that no agent can have', { agent: '__proto__' }, 'cannot be the name of an agent'],
  ])('is refused in a sentence: %s', async (_, facts, sentence) => {
    const { preview } = await bench();
    await expect(preview({ ...add, ...facts })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(sentence),
    });
  });

  it('knows the home folder', async () => {
    const { preview } = await bench();
    const { changes } = await preview({ ...add, folder: '~' });
    expect(changes.join()).toContain(`only in ${homedir()}`);
  });
});
