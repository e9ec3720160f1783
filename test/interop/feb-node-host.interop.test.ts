import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { freePort, realCli, realNodeHost, writeApprovals } from './peers.ts';
import { lookRemote } from './remote-looking-proxy.ts';
import { connectedNode, invoke, joinHost, ourPlace } from './setting.ts';

/** The released node host 2026.2.6-3 at our Gateway (issue 2). */

test('real node host 2026.2.6-3 connects, is paired silently and serves system.which', async () => {
  const place = await ourPlace();
  const { nodeId } = await joinHost(place, { name: 'real-node' });
  const answer = await invoke(place, nodeId, 'system.which', { bins: ['ls', 'no-such-program'] });
  expect(answer).toMatchObject({
    ok: true,
    payload: { payload: { bins: { ls: expect.stringMatching(/\/ls$/) } } },
  });
});

test('openclaw-mac run through the real node host brings back output and exit code', async () => {
  const place = await ourPlace();
  const home = tempDir();
  writeApprovals(home, { defaults: { security: 'full', ask: 'off' } });
  await joinHost(place, { name: 'real-node', home });
  const script = 'hostname; echo problem >&2; exit 7';
  const argv = ['run', '--node', 'real-node', '--', '/bin/sh', '-c', script];
  expect(await runCli(place.companion.stateDir, argv)).toEqual({
    code: 7,
    stdout: `${hostname()}\n`,
    stderr: 'problem\n',
  });
});

test('openclaw-mac run through the real node host: its own policy refuses, exit code 126', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'real-node' });
  const canary = join(tempDir(), 'canary');
  const argv = ['run', '--node', 'real-node', '--', '/bin/touch', canary];
  expect(await runCli(place.companion.stateDir, argv)).toMatchObject({
    code: 126,
    stderr: expect.stringMatching(/^SYSTEM_RUN_D/),
  });
  expect(existsSync(canary)).toBe(false);
});

test('real node host: a wrong token is refused, it ends with 0 and nothing is paired', async () => {
  const place = await ourPlace();
  const host = realNodeHost({ ...place, token: 'not-the-token' }, { name: 'stranger' });
  expect(await host.exited).toBe(0);
  expect(host.stdout() + host.stderr()).toContain('unauthorized: gateway token mismatch');
  const listed = await realCli(place, ['devices', 'list', '--json']);
  expect(listed.stdout).not.toContain('stranger');
});

test('real node host that looks remote waits for the real CLI: devices list, devices approve', async () => {
  const place = await ourPlace();
  const remote = await lookRemote(place);
  const home = tempDir();
  const refused = realNodeHost(remote, { name: 'far-node', home });
  expect(await refused.exited).toBe(0);
  expect(refused.stdout() + refused.stderr()).toContain('pairing required');

  const cliHome = tempDir();
  const listed = await realCli(place, ['devices', 'list', '--json'], cliHome);
  const { pending } = JSON.parse(listed.stdout) as {
    pending: { requestId: string; displayName?: string; remoteIp?: string }[];
  };
  const request = pending.find((one) => one.displayName === 'far-node');
  const approve = ['devices', 'approve', request?.requestId ?? 'none'];
  expect(await realCli(place, approve, cliHome)).toMatchObject({ code: 0 });

  realNodeHost(remote, { name: 'far-node', home });
  const nodeId = await connectedNode(place, 'far-node');
  expect(await invoke(place, nodeId, 'system.which', { bins: ['ls'] })).toMatchObject({ ok: true });
});

test('real node host: our Gateway restarts, it ends with 0 and, started again, is known', async () => {
  const port = await freePort();
  const args = ['--port', String(port)];
  const place = await ourPlace({ args });
  const home = tempDir();
  const { host, nodeId } = await joinHost(place, { name: 'real-node', home });
  expect(await place.companion.stop()).toBe(0);
  expect(await host.exited).toBe(0);
  expect(host.stdout() + host.stderr()).toContain('1012');

  const { stateDir } = place.companion;
  const again = await ourPlace({ args, stateDir });
  expect((await joinHost(again, { name: 'real-node', home })).nodeId).toBe(nodeId);
  expect(await invoke(again, nodeId, 'system.which', { bins: ['ls'] })).toMatchObject({ ok: true });
});

test('S23: the real CLI revokes the device token of a connected real node host; it is cut off', async () => {
  const place = await ourPlace();
  const { host, nodeId } = await joinHost(place, { name: 'real-node' });
  const revoke = ['devices', 'revoke', '--device', nodeId, '--role', 'node'];
  expect(await realCli(place, revoke)).toMatchObject({ code: 0 });
  expect(await host.exited).toBe(0);
});

test('real node host killed: our companion stays and lists it as not connected', async () => {
  const place = await ourPlace();
  const { host, nodeId } = await joinHost(place, { name: 'real-node' });
  host.child.kill('SIGKILL');
  await place.operator.nextEvent('presence');
  const { payload } = await place.operator.request('node.describe', { nodeId });
  expect(payload).toMatchObject({ displayName: 'real-node', connected: false, paired: true });
  expect(place.companion.stderr()).not.toMatch(/unhandled|TypeError/i);
  expect(await place.companion.stop()).toBe(0);
});
