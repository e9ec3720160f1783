import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createPolicyEngine } from '#core/policy/engine.ts';
import { createExplain } from '#host/exec/explain.ts';
import { createPathProbe } from '#host/exec/path-probe.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { createControlPolicy } from '#host/sockets/control-policy.ts';
import { systemClock, systemHasher } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import {
  type PolicyApplied,
  type PolicyEdit,
  type PolicyExplanation,
  policyAppliedSchema,
  policyExplanationSchema,
  policyPreviewSchema,
  policyViewSchema,
} from '#protocol/control-policy.ts';
import type { ControlRequest } from '#protocol/control-socket.ts';
import { startControlSocket } from '#support/control-socket.ts';
import { canaryCommand } from '#support/exec-host.ts';
import { createTestOperations } from '#support/policy-operations.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

/** `policy.*` over a real socket and a real document. */
async function bench(descent: 'outside' | 'descendant' = 'outside') {
  const fixture = await openTestStore();
  const { operations, rows, log } = createTestOperations(fixture.store);
  const home = homedir();
  const policy = createControlPolicy({
    policy: operations,
    explain: createExplain({
      clock: systemClock,
      plan: {
        probe: createPathProbe(),
        hasher: systemHasher,
        baseEnv: process.env,
        searchPath: '/usr/bin:/bin',
        home,
      },
      engine: createPolicyEngine({ hasher: systemHasher, home, skillBins: () => new Set() }),
      store: fixture.store,
    }),
  });
  const { path } = await startControlSocket({ policy, descent: () => Promise.resolve(descent) });
  const call = (request: ControlRequest) => callControl(path, request);
  const preview = async (edit: PolicyEdit) =>
    policyPreviewSchema.parse(await call({ op: 'policy.preview', edit }));
  const apply = async (edit: PolicyEdit, shown: { baseHash: string; digest: string }) => {
    const { baseHash, digest } = shown;
    return policyAppliedSchema.parse(await call({ op: 'policy.apply', edit, baseHash, digest }));
  };
  return {
    ...fixture,
    rows,
    log,
    call,
    preview,
    apply,
    /** Agrees to whatever is shown. */
    change: async (edit: PolicyEdit) => apply(edit, await preview(edit)),
    explain: async (argv: [string, ...string[]], cwd: string | null = null) =>
      policyExplanationSchema.parse(
        await call({ op: 'policy.explain', argv, agentId: null, cwd, env: {} }),
      ),
    edit: (document: ApprovalsDocument) => writeFileSync(fixture.path, JSON.stringify(document)),
  };
}

const addTouch: PolicyEdit = {
  kind: 'add',
  agentId: 'main',
  pattern: '/usr/bin/touch',
  args: { kind: 'any' },
  cwd: null,
  expiresAt: null,
};

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

function decided(explanation: PolicyExplanation) {
  if (explanation.kind === 'refused') throw new Error(explanation.why);
  return explanation;
}

describe('changing the policy through control.sock', () => {
  it('says what an edit allows, writes it once that is sent back, and writes an audit row', async () => {
    const { preview, apply, document, rows, log, mode } = await bench();
    const before = document();
    const shown = await preview(addTouch);
    expect(shown.widening).toEqual([expect.stringContaining('/usr/bin/touch')]);
    expect(shown.changes).toEqual([
      'Agent "main": the rule "/usr/bin/touch" with any arguments, in any folder, without an end is added.',
    ]);
    expect(document()).toEqual(before);
    expect(rows).toEqual([]);

    const applied = await apply(addTouch, shown);
    const [entry] = document().agents?.main?.allowlist ?? [];
    expect(entry).toMatchObject({ pattern: '/usr/bin/touch', source: 'openclaw-mac' });
    expect(applied).toEqual({ kind: 'written', hash: expect.any(String), ruleId: entry?.id });
    expect(mode()).toBe('600');
    expect(rows).toMatchObject([
      {
        transport: 'companion',
        outcome: 'allowed',
        decidedBy: 'person',
        surface: `control-socket:pid ${process.pid}`,
        commandText: [...shown.changes, ...shown.widening].join('\n'),
        reason: 'policy changed (add) with openclaw-mac policy',
      },
    ]);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'info', event: 'policy.changed' }),
    );
  });

  it('puts another rule in the place of one, and tells its id', async () => {
    const { change, preview, document, rows } = await bench();
    const ruleIdOf = (applied: PolicyApplied) =>
      (applied.kind === 'written' ? applied.ruleId : null) ?? '';
    const ruleId = ruleIdOf(await change(addTouch));
    const edit: PolicyEdit = { kind: 'replace', ruleId, cwd: '/w', agentId: 'ops' };
    const rule = 'the rule "/usr/bin/touch" with any arguments';
    expect(await preview(edit)).toMatchObject({
      changes: [
        `Agent "main": ${rule}, in any folder, without an end is removed.`,
        `Agent "ops": ${rule}, only in /w, without an end is added.`,
      ],
      widening: [expect.stringContaining('Agent "ops": new rule')],
    });
    const replaced = await change(edit);
    const { agents } = document();
    expect(agents?.main?.allowlist).toEqual([]);
    expect(agents?.ops?.allowlist).toMatchObject([
      { id: ruleIdOf(replaced), pattern: '/usr/bin/touch', cwd: '/w' },
    ]);
    expect(ruleIdOf(replaced)).not.toBe(ruleId);
    expect(rows.at(-1)).toMatchObject({ agentId: 'ops' });
    await expect(preview(edit)).rejects.toThrow(`There is no rule ${ruleId}.`);

    // In one folder it is no more than everywhere.
    const uname = ruleIdOf(await change({ ...addTouch, pattern: '/usr/bin/uname' }));
    const narrower = await preview({ kind: 'replace', ruleId: uname, cwd: '/w' });
    expect(narrower.widening).toEqual([]);
  });

  it('writes nothing for other sentences, another edit or another policy than the shown one', async () => {
    const { preview, apply, change, text, rows } = await bench();
    const shown = await preview(addTouch);
    const raw = text();
    expect(await apply({ ...addTouch, agentId: '*' }, shown)).toEqual({ kind: 'changed' });
    expect(await apply(addTouch, { ...shown, digest: '0'.repeat(64) })).toEqual({
      kind: 'changed',
    });
    expect(await apply(addTouch, { ...shown, baseHash: '' })).toEqual({ kind: 'changed' });
    expect(text()).toBe(raw);
    expect(rows).toEqual([]);
    await change({ kind: 'set', agentId: 'ops', settings: { security: 'deny' } });
    expect(await apply(addTouch, shown)).toEqual({ kind: 'changed' });
    expect(rows).toHaveLength(1);
  });

  it('writes nothing when somebody else wrote the file since it was shown', async () => {
    const { preview, apply, document, edit, text, until, store } = await bench();
    const shown = await preview(addTouch);
    const { hash } = store.current();
    edit({ ...document(), defaults: { security: 'deny' } });
    const raw = text();
    expect(await apply(addTouch, shown)).toEqual({ kind: 'changed' });
    expect(text()).toBe(raw);
    await until((snapshot) => snapshot.hash !== hash);
  });

  it('removes rules and changes settings', async () => {
    const { change, preview, document, call } = await bench();
    const added = await change(addTouch);
    const ruleId = added.kind === 'written' ? (added.ruleId ?? '') : '';
    const again = await preview(addTouch);
    expect(again).toMatchObject({ changes: [], widening: [] });
    expect(await change(addTouch)).toMatchObject({ ruleId });
    expect(document().agents?.main?.allowlist).toHaveLength(1);
    const removal: PolicyEdit = { kind: 'remove', ruleIds: [ruleId] };
    expect(await preview(removal)).toMatchObject({
      widening: [],
      changes: [expect.stringContaining('is removed')],
    });
    const soon = Date.now() + 900_000;
    await change({ kind: 'expire', ruleId, expiresAt: soon });
    expect(document().agents?.main?.allowlist).toMatchObject([{ id: ruleId, expiresAt: soon }]);
    const over = { kind: 'expire', ruleId, expiresAt: Date.now() - 1 } as const;
    await expect(preview(over)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    const longer = await preview({ kind: 'expire', ruleId, expiresAt: null });
    expect(longer.widening.join()).toContain('wider rule for "/usr/bin/touch"');
    await change(removal);
    expect(document().agents?.main?.allowlist).toEqual([]);
    await expect(call({ op: 'policy.preview', edit: removal })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: `There is no rule ${ruleId}.`,
    });
    const open: PolicyEdit = { kind: 'set', agentId: null, settings: { security: 'full' } };
    expect((await preview(open)).widening.join()).toContain('from allowlist to full');
    await change(open);
    expect(document().defaults?.security).toBe('full');
  });

  it('refuses rules and settings that make no sense', async () => {
    const { call } = await bench();
    for (const edit of [
      { ...addTouch, pattern: '/bin/sh' },
      { ...addTouch, args: { kind: 'regex', regex: '(' } },
      { kind: 'expire', ruleId: 'nobody', expiresAt: null },
      { kind: 'set', agentId: null, settings: {} },
      { kind: 'set', agentId: '__proto__', settings: { ask: 'off' } },
      { kind: 'import', document: { version: 2 } },
      { kind: 'import', document: null },
      { kind: 'import', document: { version: 1, x: nested(100) } },
      { kind: 'import', document: JSON.parse('{"version":1,"agents":{"__proto__":{}}}') },
      { kind: 'import', document: { version: 1, defaults: { security: 'some' } } },
    ] satisfies PolicyEdit[]) {
      await expect(call({ op: 'policy.preview', edit })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
    }
  });

  it('S26: takes a line that is nested beyond measure for none', async () => {
    const { call } = await bench();
    const edit: PolicyEdit = { kind: 'import', document: { version: 1, x: nested(2_000) } };
    await expect(call({ op: 'policy.preview', edit })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('imports a whole document but its socket, and shows the difference', async () => {
    const { change, preview, document } = await bench();
    await change(addTouch);
    const { socket } = document();
    const incoming = {
      version: 1,
      socket: { path: '/tmp/evil.sock', token: 'known' },
      agents: { ops: { allowlist: ['/usr/bin/uname'] } },
    };
    const edit: PolicyEdit = { kind: 'import', document: incoming };
    expect(await preview(edit)).toMatchObject({
      widening: [expect.stringContaining('/usr/bin/uname')],
      changes: expect.arrayContaining([
        expect.stringContaining('"/usr/bin/touch" with any arguments, in any folder'),
      ]),
    });
    await change(edit);
    expect(document().socket).toEqual(socket);
    expect(Object.keys(document().agents ?? {})).toEqual(['ops']);
  });

  it('throws an edit from outside away, a planted token with it (S17)', async () => {
    const { change, edit, document, until, store, call } = await bench();
    const inForce = policyViewSchema.parse(await call({ op: 'policy.get' })).document;
    const { socket } = document();
    edit({ ...document(), socket: { path: '/tmp/evil.sock', token: 'planted' } });
    await until(() => store.unconfirmed().length > 0);
    expect(await change({ kind: 'import', document: inForce })).toMatchObject({ kind: 'written' });
    // The node host reads its token there.
    expect(document().socket).toEqual(socket);
    expect(store.unconfirmed()).toEqual([]);
  });

  it('takes a document of thousands of rules on one line', async () => {
    const { change, document } = await bench();
    const allowlist = Array.from({ length: 5_000 }, (_, n) => ({
      id: `id-${n}`,
      pattern: `/opt/tool-${n}`,
      argPattern: `sha256:cwd-argv:v1:${'0'.repeat(64)}`,
      cwd: '/work',
    }));
    const incoming = { version: 1, agents: { main: { allowlist } } };
    expect(await change({ kind: 'import', document: incoming })).toMatchObject({ kind: 'written' });
    expect(document().agents?.main?.allowlist).toHaveLength(5_000);
  });

  it('confirms an edit from outside once a person agreed to what it allows (S17)', async () => {
    const { preview, apply, change, edit, document, until, store, call, rows } = await bench();
    expect(await preview({ kind: 'confirm' })).toMatchObject({ changes: [], widening: [] });
    edit({ ...document(), defaults: { security: 'full' } });
    await until(() => store.unconfirmed().length > 0);
    const view = policyViewSchema.parse(await call({ op: 'policy.get' }));
    expect(view.document.defaults?.security).not.toBe('full');
    expect(view.unconfirmed.join()).toContain('full');
    const shown = await preview({ kind: 'confirm' });
    expect(shown.widening).toEqual(view.unconfirmed);
    // A second edit: what was shown is no longer what would be confirmed.
    edit({ ...document(), defaults: { security: 'full', ask: 'off' } });
    await until((snapshot) => snapshot.hash !== shown.baseHash);
    expect(await apply({ kind: 'confirm' }, shown)).toEqual({ kind: 'changed' });
    expect(store.resolve(null).security).not.toBe('full');
    expect(await change({ kind: 'confirm' })).toMatchObject({ kind: 'written' });
    expect(store.resolve(null)).toMatchObject({ security: 'full', ask: 'off' });
    expect(store.unconfirmed()).toEqual([]);
    expect(rows).toMatchObject([{ reason: expect.stringContaining('(confirm)') }]);
  });

  it('an import of what is in force throws an edit from outside away', async () => {
    const { change, edit, document, until, store, call } = await bench();
    const before = document();
    edit({ ...before, defaults: { security: 'full' } });
    await until(() => store.unconfirmed().length > 0);
    const view = policyViewSchema.parse(await call({ op: 'policy.get' }));
    const back: PolicyEdit = { kind: 'import', document: view.document };
    expect(await change(back)).toMatchObject({ kind: 'written' });
    expect(store.unconfirmed()).toEqual([]);
    expect(store.resolve(null).security).toBe('allowlist');
    expect(document().defaults?.security).not.toBe('full');
  });

  it('never tells the socket token, and changes nothing while the document is unusable (S16)', async () => {
    const { call, store, path, until, text } = await bench();
    const token = store.token();
    expect(JSON.stringify(await call({ op: 'policy.get' }))).not.toContain(token);
    writeFileSync(path, '{broken');
    await until((snapshot) => snapshot.problem !== null);
    const view = policyViewSchema.parse(await call({ op: 'policy.get' }));
    expect(view.problem).toContain(path);
    await expect(call({ op: 'policy.preview', edit: addTouch })).rejects.toMatchObject({
      code: 'STATE',
    });
    expect(text()).toBe('{broken');
  });

  it('D12: gives nobody the way back that the window has', async () => {
    const { preview, call } = await bench();
    const { baseHash, digest } = await preview(addTouch);
    const applied = await call({ op: 'policy.apply', edit: addTouch, baseHash, digest });
    expect(Object.keys(Object(applied))).toEqual(['kind', 'hash', 'ruleId']);
    await expect(
      call({ op: 'policy.undo', undo: 'any' } as unknown as ControlRequest),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('serves no command that the companion runs, not even to look (D12)', async () => {
    const { call, text } = await bench('descendant');
    const raw = text();
    for (const request of [
      { op: 'policy.get' },
      { op: 'policy.explain', argv: ['ls'], agentId: null, cwd: null, env: {} },
      { op: 'policy.preview', edit: addTouch },
      { op: 'policy.apply', edit: addTouch, baseHash: '', digest: '' },
    ] satisfies ControlRequest[]) {
      await expect(call(request)).rejects.toMatchObject({ code: 'DENIED' });
    }
    expect(text()).toBe(raw);
  });
});

describe('policy.explain', () => {
  it('runs nothing, and names the rule that "always" would store', async () => {
    const { explain, change } = await bench();
    const { argv, ran } = canaryCommand();
    const cwd = tempDir();
    const asked = decided(await explain([...argv], cwd));
    expect(asked).toMatchObject({
      verdict: 'prompt',
      layer: 'rules',
      cwd,
      executable: expect.stringMatching(/\/touch$/),
      runs: { how: 'as-asked', argv },
      segments: [{ allowedBy: null, ruleId: null }],
      always: [{ sentence: expect.stringContaining(cwd), rule: { cwd, contentSha256: null } }],
    });
    await change({ ...addTouch, pattern: asked.executable });
    const allowed = decided(await explain([...argv], cwd));
    expect(allowed).toMatchObject({
      verdict: 'allow',
      runs: { how: 'as-proved', argv: [asked.executable, argv[1]] },
      always: [],
    });
    expect(allowed.segments[0]?.ruleId).toMatch(/^[0-9a-f-]{36}$/);
    await change({ kind: 'set', agentId: 'main', settings: { security: 'deny' } });
    expect(decided(await explain([...argv], cwd))).toMatchObject({
      verdict: 'deny',
      layer: 'security',
      runs: null,
    });
    expect(ran()).toBe(false);
  });

  it('tells every program of a chain and the one that has no rule', async () => {
    const { explain, change } = await bench();
    await change({ ...addTouch, pattern: 'uname' });
    const chain = decided(await explain(['/bin/sh', '-lc', 'uname -a && touch /nope/x']));
    expect(chain.verdict).toBe('prompt');
    expect(chain.segments.map(({ allowedBy }) => allowedBy)).toEqual(['rules', null]);
    expect(chain.always).toHaveLength(1);
    await change(addTouch);
    expect(decided(await explain(['/bin/sh', '-lc', 'uname -a && touch /nope/x']))).toMatchObject({
      verdict: 'allow',
      runs: {
        how: 'as-proved',
        argv: ['/bin/sh', '-c', '/usr/bin/uname -a && /usr/bin/touch /nope/x'],
      },
    });
  });

  it('says what cannot be proved, and then offers no rule', async () => {
    const { explain } = await bench();
    expect(decided(await explain(['/bin/sh', '-lc', 'echo $HOME']))).toMatchObject({
      verdict: 'prompt',
      layer: 'proof',
      unproved: expect.stringMatching(/./),
      segments: [],
      always: [],
    });
  });

  it('tells a request that no policy sees', async () => {
    const { explain } = await bench();
    expect(await explain(['no-such-program-anywhere'])).toMatchObject({
      kind: 'refused',
      reason: 'not-found',
    });
    expect(await explain(['ls'], '/no/such/folder')).toMatchObject({
      kind: 'refused',
      reason: 'cwd-unavailable',
    });
    expect(await explain([' '])).toMatchObject({ kind: 'refused', reason: 'invalid' });
  });
});
