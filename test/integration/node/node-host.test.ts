import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ExecResult } from '#core/exec/types.ts';
import type { PolicyStore } from '#core/ports.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { createNodeHost, type NodeHostDeps } from '#host/node/node-host.ts';
import { createExecForwarder } from '#host/sockets/exec-client.ts';
import { readPolicy } from '#host/store/policy-view.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { aborted, execToken, okResult, startExecSocket } from '#support/exec-socket.ts';
import { startFakeCompanion } from '#support/fake-companion.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { startMiniGateway } from '#support/mini-gateway.ts';
import { tempDir } from '#support/temp-dir.ts';

async function startNodeHost(socketPath: string, options: Partial<NodeHostDeps> = {}) {
  const folder = tempDir();
  const gateway = await startMiniGateway();
  const log = createFakeLogger();
  const host = createNodeHost({
    url: gateway.url,
    credentials: () => ({ token: 'shared' }),
    identity: await loadDeviceIdentity(join(folder, 'node-host.json'), { clock: systemClock }),
    displayName: 'build box',
    version: '1.2.3',
    platform: 'linux',
    searchPath: '/usr/bin:/bin',
    forward: createExecForwarder({
      socketPath,
      token: () => execToken,
      ids: systemIds,
      clock: systemClock,
      log,
    }),
    tokens: openDeviceTokens(join(folder, 'device-auth.json')),
    clock: systemClock,
    ids: systemIds,
    log,
    ...options,
  });
  onTestFinished(() => host.stop());
  host.start();
  const connection = await gateway.nextConnection();
  await host.link.connected();
  const frames = () =>
    connection.requests
      .slice(1)
      .map(({ method, params }) => [method, (params as { event?: string }).event ?? null]);
  const invoke = async (params: unknown, extra: object = {}, command = 'system.run') => {
    connection.invoke(command, params, extra);
    const { params: result } = await connection.nextRequest('node.invoke.result');
    return result as { ok: boolean; payloadJSON?: string; error?: object };
  };
  return { gateway, connection, host, invoke, frames, log };
}

test('the node host presents itself as headless node host with only what it can serve', async () => {
  const { connection, host } = await startNodeHost('/nonexistent/s.sock');
  expect(connection.params).toMatchObject({
    client: {
      id: 'node-host',
      displayName: 'build box',
      version: '1.2.3',
      platform: 'linux',
      mode: 'node',
    },
    role: 'node',
    scopes: [],
    caps: ['system'],
    commands: ['system.run', 'system.which'],
    pathEnv: '/usr/bin:/bin',
    device: { id: host.nodeId },
  });
  expect(connection.params?.permissions).toBe(undefined);
});

test('approvals are offered and served only with a policy store', async () => {
  const document = { version: 1 as const, socket: { path: '/s.sock', token: 'secret' } };
  const current = () => ({ path: '/p', exists: true, hash: 'h', document, problem: null });
  const { connection, invoke } = await startNodeHost('/nonexistent/s.sock', {
    approvals: {
      store: { current } as PolicyStore,
      confirmWidening: async () => 'denied',
    },
  });
  expect(connection.params?.commands).toEqual([
    'system.run',
    'system.which',
    'system.execApprovals.get',
    'system.execApprovals.set',
  ]);
  const get = await invoke({}, {}, 'system.execApprovals.get');
  expect(JSON.parse(get.payloadJSON ?? '')).toEqual({
    path: '/p',
    exists: true,
    hash: 'h',
    file: { version: 1, socket: { path: '/s.sock' } },
  });
  expect(await invoke({ file: { version: 1 } }, {}, 'system.execApprovals.set')).toMatchObject({
    error: {
      code: 'INVALID_REQUEST',
      message: 'Error: INVALID_REQUEST: exec approvals base hash required; reload and retry',
    },
  });
});

test('beside a companion its policy is shown as its file says now, and cannot be set', async () => {
  const path = join(tempDir(), 'exec-approvals.json');
  const { connection, invoke } = await startNodeHost('/nonexistent/s.sock', {
    readPolicy: () => readPolicy({ path, ids: systemIds, hasher: systemHasher }),
  });
  expect(connection.params?.commands).toEqual([
    'system.run',
    'system.which',
    'system.execApprovals.get',
  ]);
  const get = () => invoke({}, {}, 'system.execApprovals.get');
  expect(await get()).toMatchObject({
    ok: false,
    error: { message: `EXEC_APPROVALS_UNAVAILABLE: there is no ${path} yet` },
  });
  const socket = { path: '/s.sock', token: 'secret' };
  const text = JSON.stringify({ version: 1, socket, defaults: { security: 'deny' } });
  writeFileSync(path, text, { mode: 0o600 });
  expect(JSON.parse((await get()).payloadJSON ?? '')).toMatchObject({
    path,
    exists: true,
    hash: systemHasher.sha256Hex(text),
    file: { version: 1, socket: { path: '/s.sock' }, defaults: { security: 'deny' } },
  });
  expect((await get()).payloadJSON).not.toContain('secret');
  writeFileSync(path, '{"version":1,"defaults":{"security":"everything"}}');
  expect(await get()).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } });
});

test('every system.run goes to the companion, with the caller’s time, and the event precedes the result', async () => {
  const { path, executed } = await startExecSocket();
  const { invoke, frames } = await startNodeHost(path);
  const params = { command: ['uname', '-s'], timeoutMs: 5_000, sessionKey: 'agent:main:main' };
  expect(await invoke(params, { timeoutMs: 120_000 })).toMatchObject({
    ok: true,
    payloadJSON: JSON.stringify(okResult.ok && okResult.payload),
  });
  expect(executed[0]).toMatchObject({
    request: { argv: ['uname', '-s'], timeoutMs: 5_000, sessionKey: 'agent:main:main' },
    origin: { transport: 'exec-socket', budgetMs: 119_950 },
  });
  expect(frames()).toEqual([
    ['node.event', 'exec.finished'],
    ['node.invoke.result', null],
  ]);
});

test('a refusal of the companion arrives with its text, after exactly one exec.denied', async () => {
  const denied: ExecResult = {
    ok: false,
    error: {
      code: 'UNAVAILABLE',
      message: 'SYSTEM_RUN_DENIED: user denied',
      reason: 'user-denied',
    },
  };
  const { path } = await startExecSocket({ execute: async () => denied });
  const { invoke, frames, connection } = await startNodeHost(path);
  expect(await invoke({ command: ['rm', '-rf', '/'], runId: 'r1' })).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: user denied' },
  });
  expect(frames()).toEqual([
    ['node.event', 'exec.denied'],
    ['node.invoke.result', null],
  ]);
  const event = connection.requests[1]?.params as { payloadJSON: string };
  expect(JSON.parse(event.payloadJSON)).toEqual({
    sessionKey: 'node',
    runId: 'r1',
    host: 'node',
    command: 'rm -rf /',
    reason: 'user-denied',
  });
});

test('without a companion nothing runs and the reason is companion-unavailable', async () => {
  const { invoke, connection } = await startNodeHost('/nonexistent/s.sock');
  expect(await invoke({ command: ['true'] })).toMatchObject({
    ok: false,
    error: {
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^COMPANION_APP_UNAVAILABLE: /),
    },
  });
  const event = connection.requests[1]?.params as { event: string; payloadJSON: string };
  expect(event.event).toBe('exec.denied');
  expect(JSON.parse(event.payloadJSON).reason).toBe('companion-unavailable');
});

test('local execution is only for a request the companion has certainly not seen', async () => {
  const local: string[] = [];
  const localExec: NonNullable<NodeHostDeps['localExec']> = async ({ argv }) => {
    local.push(argv.join(' '));
    return okResult;
  };
  const absent = await startNodeHost('/nonexistent/s.sock', { localExec });
  expect(await absent.invoke({ command: ['first'] })).toMatchObject({ ok: true });
  const hangsUpLate = await startFakeCompanion((message, connection) => {
    if (message.type === 'challenge') connection.prove(message, execToken);
    else connection.socket.destroy();
  });
  const lost = await startNodeHost(hangsUpLate.path, { localExec });
  expect(await lost.invoke({ command: ['second'] })).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('may have run') },
  });
  const denying = await startExecSocket({
    execute: async () => ({
      ok: false,
      error: { code: 'UNAVAILABLE', message: 'SYSTEM_RUN_DENIED: user denied', reason: 'x' },
    }),
  });
  const denied = await startNodeHost(denying.path, { localExec });
  expect(await denied.invoke({ command: ['third'] })).toMatchObject({ ok: false });
  const tooLong = { command: ['echo', 'x'.repeat(256_000)] };
  expect(await absent.invoke(tooLong)).toMatchObject({
    error: { message: expect.stringContaining('too large') },
  });
  expect(local).toEqual(['first']);
});

test('a lost Gateway cancels the work at the companion', async () => {
  let isGone = false;
  const { path, executed } = await startExecSocket({
    execute: async ({ signal }) => {
      await aborted(signal);
      isGone = true;
      return okResult;
    },
  });
  const { connection } = await startNodeHost(path);
  connection.invoke('system.run', { command: ['sleep', '60'] });
  await expect.poll(() => executed.length).toBe(1);
  connection.ws.terminate();
  await expect.poll(() => isGone).toBe(true);
});

test('a run that outlasts the caller is cancelled at the companion', async () => {
  let isGone = false;
  const { path } = await startExecSocket({
    execute: async ({ signal }) => {
      await aborted(signal);
      isGone = true;
      return okResult;
    },
  });
  const { invoke } = await startNodeHost(path);
  expect(await invoke({ command: ['sleep', '60'] }, { timeoutMs: 3_000 })).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', message: 'node invoke timed out' },
  });
  await expect.poll(() => isGone).toBe(true);
});

test('long output is cut to fit the Gateway’s frame instead of losing the result', async () => {
  const stdout = '\u0001'.repeat(80_000);
  const { path } = await startExecSocket({
    execute: async () => ({
      ok: true,
      payload: { exitCode: 0, timedOut: false, success: true, stdout, stderr: '' },
    }),
  });
  const { invoke } = await startNodeHost(path);
  const result = await invoke({ command: ['binary'] });
  expect(result.ok).toBe(true);
  const payload = JSON.parse(result.payloadJSON ?? '');
  expect(payload).toMatchObject({ exitCode: 0, success: true });
  expect(payload.stdout).toMatch(/^\.\.\. \(truncated\) /);
});

test('system.which and errors speak the headless dialect (node-host §4)', async () => {
  const { invoke } = await startNodeHost('/nonexistent/s.sock');
  const which = await invoke({ bins: ['sh', 'no-such-program'] }, {}, 'system.which');
  expect(JSON.parse(which.payloadJSON ?? '')).toEqual({
    bins: { sh: expect.stringMatching(/\/bin\/sh$/) },
  });
  expect(await invoke(undefined, {}, 'system.run')).toMatchObject({
    error: { code: 'INVALID_REQUEST', message: 'Error: INVALID_REQUEST: paramsJSON required' },
  });
  expect(await invoke({}, {}, 'system.execApprovals.get')).toMatchObject({
    error: { message: 'Error: INVALID_REQUEST: unknown command' },
  });
});
