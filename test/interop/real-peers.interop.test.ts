import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ReadyLine, type RunningProgram, runCli, startCompanion } from '#support/programs.ts';
import {
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { tempDir } from '#support/temp-dir.ts';
import { type NodeHostOptions, realCli, realNodeHost } from './peers.ts';

type Companion = RunningProgram & { readonly ready: ReadyLine };

interface Setting {
  readonly companion: Companion;
  readonly gateway: { readonly url: string; readonly token: string };
  readonly port: number;
  /** An operator with every scope, for waiting on events. */
  readonly operator: RawGatewayClient;
}

async function setting(options: Parameters<typeof startCompanion>[0] = {}): Promise<Setting> {
  const companion = await startCompanion(options);
  const config = JSON.parse(readFileSync(join(companion.stateDir, 'config.json'), 'utf8')) as {
    gateway: { auth: { token: string } };
  };
  const { url } = companion.ready.gateway;
  const token = config.gateway.auth.token;
  const operator = await openRaw(url);
  await helloAs(operator, {
    token,
    identity: newTestIdentity(),
    client: { id: 'gateway-client', mode: 'backend' },
    scopes: ['operator.admin', 'operator.approvals', 'operator.pairing'],
  });
  return { companion, gateway: { url, token }, port: Number(new URL(url).port), operator };
}

interface ListedNode {
  readonly nodeId: string;
  readonly displayName?: string;
  readonly connected: boolean;
  readonly commands?: string[];
}

/** Resolves when a node of this name is connected: presence of a node shows as a health event. */
async function nodeNamed(place: Setting, name: string): Promise<ListedNode> {
  for (;;) {
    const list = await place.operator.request('node.list', {});
    const { nodes } = list.payload as { nodes: ListedNode[] };
    const node = nodes.find((one) => one.displayName === name && one.connected);
    if (node) return node;
    await nextHealth(place.operator);
  }
}

/** The Gateway broadcasts `health` after every connect (gateway §5). */
async function nextHealth(operator: RawGatewayClient): Promise<void> {
  await new Promise<void>((resolve) => operator.ws.once('message', () => resolve()));
}

async function invoke(place: Setting, nodeId: string, command: string, params: unknown) {
  const id = `invoke-${Math.random()}`;
  return place.operator.request(
    'node.invoke',
    { nodeId, command, params, timeoutMs: 60_000, idempotencyKey: id },
    id,
  );
}

function startHost(place: Setting, options: Partial<NodeHostOptions> & { name: string }) {
  return realNodeHost({
    era: 'feb',
    home: tempDir(),
    port: place.port,
    token: place.gateway.token,
    ...options,
  });
}

/** A home whose approvals document names our socket and token, as the forwarding host reads it. */
function homeForwardingTo(companion: Companion): string {
  const home = tempDir();
  const document = JSON.parse(
    readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8'),
  ) as { socket: { path: string; token: string } };
  mkdirSync(join(home, '.openclaw'), { recursive: true });
  writeFileSync(
    join(home, '.openclaw', 'exec-approvals.json'),
    `${JSON.stringify({ version: 1, socket: document.socket, agents: {} }, null, 2)}\n`,
    { mode: 0o600 },
  );
  return home;
}

interface RunAnswer {
  readonly payload: {
    readonly exitCode?: number;
    readonly timedOut: boolean;
    readonly success: boolean;
    readonly stdout: string;
    readonly stderr: string;
  };
}

test('real node host 2026.2.6-3 connects, is paired silently and serves system.which', async () => {
  const place = await setting();
  startHost(place, { name: 'real-node' });
  const node = await nodeNamed(place, 'real-node');
  const answer = await invoke(place, node.nodeId, 'system.which', { bins: ['ls'] });
  expect(answer.ok).toBe(true);
  expect((answer.payload as { payload: unknown }).payload).toEqual({
    bins: { ls: expect.stringMatching(/\/ls$/) },
  });
});

test('real CLI: nodes status, describe and invoke against our Gateway', async () => {
  const place = await setting();
  startHost(place, { name: 'real-node' });
  const node = await nodeNamed(place, 'real-node');
  const home = tempDir();
  const status = await realCli(home, place.gateway, ['nodes', 'status']);
  expect(status).toMatchObject({ code: 0 });
  expect(status.stdout).toContain('real-node');
  const described = await realCli(home, place.gateway, [
    'nodes',
    'describe',
    '--node',
    'real-node',
  ]);
  expect(described).toMatchObject({ code: 0 });
  expect(described.stdout).toContain('system.run');
  const invoked = await realCli(home, place.gateway, [
    'nodes',
    'invoke',
    '--node',
    node.nodeId,
    '--command',
    'system.which',
    '--params',
    '{"bins":["ls"]}',
  ]);
  expect(invoked).toMatchObject({ code: 0 });
  expect(invoked.stdout).toMatch(/\/ls/);
});

test('real CLI: nodes run asks for approval at our Gateway; an operator allows, the real host runs', async () => {
  const place = await setting();
  startHost(place, { name: 'real-node' });
  await nodeNamed(place, 'real-node');
  const running = realCli(tempDir(), place.gateway, [
    'nodes',
    'run',
    '--node',
    'real-node',
    '--',
    'uname',
    '-n',
  ]);
  const asked = await place.operator.nextEvent('exec.approval.requested');
  const { id } = asked.payload as { id: string };
  const resolved = await place.operator.request('exec.approval.resolve', {
    id,
    decision: 'allow-once',
  });
  expect(resolved.ok).toBe(true);
  const result = await running;
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toContain(hostname());
});

test('real CLI: nodes run on our companion uses the approval once, as D6 demands', async () => {
  const place = await setting();
  const running = realCli(tempDir(), place.gateway, [
    'nodes',
    'run',
    '--node',
    place.companion.ready.nodeId,
    '--',
    'uname',
    '-n',
  ]);
  const asked = await place.operator.nextEvent('exec.approval.requested');
  const { id } = asked.payload as { id: string };
  await place.operator.request('exec.approval.resolve', { id, decision: 'allow-once' });
  const result = await running;
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toContain(hostname());
});

test('real CLI: nodes run refused by an operator runs nothing', async () => {
  const place = await setting();
  startHost(place, { name: 'real-node' });
  await nodeNamed(place, 'real-node');
  const canary = join(tempDir(), 'canary');
  const running = realCli(tempDir(), place.gateway, [
    'nodes',
    'run',
    '--node',
    'real-node',
    '--',
    'touch',
    canary,
  ]);
  const asked = await place.operator.nextEvent('exec.approval.requested');
  const { id } = asked.payload as { id: string };
  await place.operator.request('exec.approval.resolve', { id, decision: 'deny' });
  expect((await running).code).not.toBe(0);
  expect(() => readFileSync(canary)).toThrow(/ENOENT/);
});

test('real CLI: a device that looks remote waits for devices approve, then connects', async () => {
  const place = await setting();
  const remote = newTestIdentity();
  const connect = async () => {
    const raw = await openRaw(place.gateway.url, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    return helloAs(raw, {
      token: place.gateway.token,
      identity: remote,
      role: 'node',
      commands: [],
    });
  };
  await expect(connect()).rejects.toThrow('NOT_PAIRED');
  const home = tempDir();
  const listed = await realCli(home, place.gateway, ['devices', 'list', '--json']);
  expect(listed).toMatchObject({ code: 0 });
  const { pending } = JSON.parse(listed.stdout) as {
    pending: { requestId: string; deviceId: string }[];
  };
  const request = pending.find((one) => one.deviceId === remote.deviceId);
  const approved = await realCli(home, place.gateway, [
    'devices',
    'approve',
    request?.requestId ?? '',
  ]);
  expect(approved).toMatchObject({ code: 0 });
  await expect(connect()).resolves.toMatchObject({ type: 'hello-ok' });
});

test('real CLI: approvals get and set --node against our companion; a narrowing set is stored', async () => {
  const place = await setting();
  const home = tempDir();
  const node = place.companion.ready.nodeId;
  const got = await realCli(home, place.gateway, ['approvals', 'get', '--node', node, '--json']);
  expect(got).toMatchObject({ code: 0 });
  const snapshot = JSON.parse(got.stdout) as { file: { socket?: { token?: string } } };
  expect(snapshot.file.socket?.token).toBeUndefined();
  const file = join(tempDir(), 'narrow.json');
  writeFileSync(file, JSON.stringify({ version: 1, defaults: { security: 'deny' }, agents: {} }));
  const set = await realCli(home, place.gateway, [
    'approvals',
    'set',
    '--node',
    node,
    '--file',
    file,
  ]);
  expect(set).toMatchObject({ code: 0 });
  const refused = await runCli(place.companion.stateDir, [
    'run',
    '--node',
    node,
    '--',
    '/bin/true',
  ]);
  expect(refused).toMatchObject({ code: 126 });
  expect(refused.stderr).toContain('SYSTEM_RUN_DISABLED: security=deny');
});

test('S17, real CLI: approvals set --node that widens is refused when no person confirms', async () => {
  const place = await setting({ decide: 'deny' });
  const home = tempDir();
  const node = place.companion.ready.nodeId;
  const file = join(tempDir(), 'wide.json');
  writeFileSync(
    file,
    JSON.stringify({ version: 1, defaults: { security: 'full', ask: 'off' }, agents: {} }),
  );
  const set = await realCli(home, place.gateway, [
    'approvals',
    'set',
    '--node',
    node,
    '--file',
    file,
  ]);
  expect(set.code).not.toBe(0);
  const document = readFileSync(join(place.companion.stateDir, 'exec-approvals.json'), 'utf8');
  expect(document).not.toContain('full');
});

test('real node host forwards system.run to our socket: allowed, it runs here', async () => {
  const place = await setting({ decide: 'allow-once' });
  startHost(place, { name: 'mac-host', darwin: true, home: homeForwardingTo(place.companion) });
  const node = await nodeNamed(place, 'mac-host');
  const answer = await invoke(place, node.nodeId, 'system.run', { command: ['/bin/uname', '-n'] });
  expect((answer.payload as RunAnswer).payload).toMatchObject({
    exitCode: 0,
    success: true,
    stdout: `${hostname()}\n`,
  });
});

test('real node host forwards system.run to our socket: denied, nothing runs', async () => {
  const place = await setting({ decide: 'deny' });
  startHost(place, { name: 'mac-host', darwin: true, home: homeForwardingTo(place.companion) });
  const node = await nodeNamed(place, 'mac-host');
  const canary = join(tempDir(), 'canary');
  const answer = await invoke(place, node.nodeId, 'system.run', {
    command: ['/bin/touch', canary],
  });
  expect(answer.error).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: user denied',
  });
  expect(() => readFileSync(canary)).toThrow(/ENOENT/);
});

test('real node host forwards: unanswered, the prompt closes before the host gives up at 20 s', async () => {
  const place = await setting();
  startHost(place, { name: 'mac-host', darwin: true, home: homeForwardingTo(place.companion) });
  const node = await nodeNamed(place, 'mac-host');
  const answer = await invoke(place, node.nodeId, 'system.run', { command: ['/bin/true'] });
  expect(answer.error).toMatchObject({
    message: 'SYSTEM_RUN_DENIED: approval prompt closed without decision',
  });
});

test('real node host forwards: time limit, non-zero exit and large output come back whole', async () => {
  const place = await setting({ decide: 'allow-once' });
  startHost(place, { name: 'mac-host', darwin: true, home: homeForwardingTo(place.companion) });
  const node = await nodeNamed(place, 'mac-host');
  const run = async (params: unknown) =>
    ((await invoke(place, node.nodeId, 'system.run', params)).payload as RunAnswer).payload;
  expect(
    await run({ command: ['/bin/sh', '-c', 'echo begun; sleep 30'], timeoutMs: 500 }),
  ).toMatchObject({
    timedOut: true,
    success: false,
    stdout: 'begun\n',
  });
  expect(await run({ command: ['/bin/sh', '-c', 'echo no >&2; exit 7'] })).toMatchObject({
    exitCode: 7,
    success: false,
    stderr: 'no\n',
  });
  const large = await run({ command: ['/bin/sh', '-c', 'yes line | head -c 3000000; echo end'] });
  expect(large).toMatchObject({ exitCode: 0, success: true });
  expect(large.stdout.startsWith('... (truncated) ')).toBe(true);
  expect(large.stdout.endsWith('end\n')).toBe(true);
  expect(Buffer.byteLength(large.stdout)).toBeLessThanOrEqual(80_000);
});

test('real node host 2026.9.6 connects and serves system.which', async () => {
  const place = await setting();
  startHost(place, { name: 'new-node', era: 'new' });
  const node = await nodeNamed(place, 'new-node');
  const answer = await invoke(place, node.nodeId, 'system.which', { bins: ['ls'] });
  expect(answer.ok).toBe(true);
  expect(JSON.stringify(answer.payload)).toMatch(/\/ls/);
});

test('every real peer leaves our companion alive and its stderr free of unhandled errors', async () => {
  const place = await setting();
  const host = startHost(place, { name: 'real-node' });
  await nodeNamed(place, 'real-node');
  const gone = new Promise((resolve) => host.once('close', resolve));
  onTestFinished(() => void host.kill('SIGKILL'));
  host.kill('SIGKILL');
  await gone;
  expect(place.companion.child.exitCode).toBeNull();
  expect(place.companion.stderr()).not.toMatch(/unhandled|TypeError/i);
  expect(await place.companion.stop()).toBe(0);
});
