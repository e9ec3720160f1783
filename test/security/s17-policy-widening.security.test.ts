import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { resolveScalars } from '#core/policy/resolve.ts';
import type { PolicySnapshot } from '#core/policy/types.ts';
import type { PolicyStore } from '#core/ports.ts';
import {
  createExecApprovalsGet,
  createExecApprovalsSet,
  type PolicyChange,
} from '#host/node/commands/exec-approvals.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createFakeLogger } from '#support/fakes.ts';

const rule = {
  id: 'r1',
  pattern: '/usr/bin/git',
  argPattern: '^status$',
  cwd: '/work',
  expiresAt: 4_000_000_000_000,
};

const start: ApprovalsDocument = {
  version: 1,
  socket: { path: '/home/me/s.sock', token: 'the-socket-token' },
  defaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
  agents: { main: { allowlist: [rule] } },
};

function setup(answer: 'allowed' | 'denied' = 'denied', problem: string | null = null) {
  let document = start;
  const hash = () => createHash('sha256').update(JSON.stringify(document)).digest('hex');
  const current = (): PolicySnapshot => ({
    path: '/state/exec-approvals.json',
    exists: true,
    hash: hash(),
    document,
    problem,
  });
  const asked: PolicyChange[] = [];
  const store = {
    current,
    resolve: (agentId: string | null) => ({
      agentId: agentId ?? 'main',
      rules: [],
      ...resolveScalars(document, agentId ?? 'main'),
    }),
    async replace(next: ApprovalsDocument, baseHash: string | null) {
      if (baseHash !== hash()) {
        throw new CompanionError(
          'INVALID_REQUEST',
          'INVALID_REQUEST: exec approvals changed; reload and retry',
        );
      }
      document = { ...next, ...(start.socket ? { socket: start.socket } : {}) };
      return current();
    },
  } as unknown as PolicyStore;
  const set = createExecApprovalsSet({
    store,
    log: createFakeLogger(),
    confirmWidening: async (change) => {
      asked.push(change);
      return answer;
    },
  });
  const get = createExecApprovalsGet({ store });
  const invocation = {
    id: 'i',
    command: 'system.execApprovals.set',
    timeoutMs: null,
    signal: new AbortController().signal,
  };
  return {
    asked,
    document: () => document,
    get: (params?: unknown) => get(params, invocation) as Promise<Record<string, unknown>>,
    set: (params: unknown) => set(params, invocation),
    hash,
  };
}

describe('S17: system.execApprovals.set cannot widen the policy without a person', () => {
  test.each<[string, ApprovalsDocument]>([
    ['full access', { version: 1, defaults: { security: 'full' } }],
    ['no prompts', { ...start, defaults: { ...start.defaults, ask: 'off' } }],
    ['a fallback that allows', { ...start, defaults: { ...start.defaults, askFallback: 'full' } }],
    ['skills', { ...start, defaults: { ...start.defaults, autoAllowSkills: true } }],
    ['a new agent', { ...start, agents: { ...start.agents, evil: { security: 'full' } } }],
    ['every agent', { ...start, agents: { '*': { allowlist: [{ pattern: '/bin/sh' }] } } }],
    [
      'a new rule',
      { ...start, agents: { main: { allowlist: [rule, { pattern: '/usr/bin/**' }] } } },
    ],
    [
      'the same rule with any arguments',
      { ...start, agents: { main: { allowlist: [{ id: 'new', pattern: rule.pattern }] } } },
    ],
  ])('%s needs a person, and denied changes nothing', async (_what, file) => {
    const { set, asked, document, hash } = setup('denied');
    await expect(set({ file, baseHash: hash() })).rejects.toMatchObject({
      code: 'DENIED',
      message: 'EXEC_APPROVALS_DENIED: a person must allow a wider policy',
    });
    expect(document()).toEqual(start);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.before).toEqual(start);
    expect(asked[0]?.widening.length).toBeGreaterThan(0);
  });

  test('a person who allows it gets what they were shown', async () => {
    const { set, asked, document, hash } = setup('allowed');
    const file = { ...start, defaults: { ...start.defaults, security: 'full' as const } };
    await set({ file, baseHash: hash() });
    expect(document().defaults?.security).toBe('full');
    expect(asked[0]?.after.defaults?.security).toBe('full');
  });

  test('narrowing needs nobody', async () => {
    const { set, asked, document, hash } = setup();
    const file = { version: 1, defaults: { security: 'deny', ask: 'always' }, agents: {} };
    await set({ file, baseHash: hash() });
    expect(asked).toEqual([]);
    expect(document().defaults).toEqual({ security: 'deny', ask: 'always' });
  });

  test('the socket can be neither moved nor given another token', async () => {
    const { set, asked, document, hash } = setup();
    const file = { ...start, socket: { path: '/tmp/evil.sock', token: 'mine' } };
    await set({ file, baseHash: hash() });
    expect(asked).toEqual([]);
    expect(document().socket).toEqual(start.socket);
  });

  test('a round trip through a closed schema neither widens nor loses anything', async () => {
    const { get, set, asked, document } = setup();
    const { file, hash } = await get();
    expect(JSON.stringify(file)).not.toMatch(/argPattern|cwd|expiresAt|the-socket-token/);
    expect(file).toMatchObject({
      socket: { path: '/home/me/s.sock' },
      agents: { main: { allowlist: [{ id: 'r1', pattern: '/usr/bin/git' }] } },
    });
    await set({ file, baseHash: hash });
    expect(asked).toEqual([]);
    expect(document()).toEqual(start);
  });

  test.each([
    [{ file: start }, 'INVALID_REQUEST: exec approvals base hash required; reload and retry'],
    [{ file: start, baseHash: 'x' }, 'INVALID_REQUEST: exec approvals changed; reload and retry'],
    [{ baseHash: 'x' }, 'INVALID_REQUEST: exec approvals file required'],
    [{ file: { version: 2 }, baseHash: 'x' }, 'INVALID_REQUEST: file.version: invalid_value'],
    [undefined, 'INVALID_REQUEST: paramsJSON required'],
  ])('%j is refused before anybody is asked', async (params, message) => {
    const { set, asked } = setup('allowed');
    await expect(set(params)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message });
    expect(asked).toEqual([]);
  });

  test('an unusable store is neither shown nor overwritten (D5)', async () => {
    const { get, set, hash, document } = setup('allowed', 'is not JSON');
    const error = { code: 'UNAVAILABLE', message: 'EXEC_APPROVALS_UNAVAILABLE: is not JSON' };
    await expect(get()).rejects.toMatchObject(error);
    await expect(set({ file: { version: 1 }, baseHash: hash() })).rejects.toMatchObject(error);
    expect(document()).toEqual(start);
  });

  test('get answers with the resolved defaults when asked to', async () => {
    const { get } = setup();
    expect(await get({ includeResolvedDefaults: true })).toMatchObject({
      path: '/state/exec-approvals.json',
      exists: true,
      resolvedDefaults: { security: 'allowlist', ask: 'on-miss', askFallback: 'deny' },
    });
  });
});
