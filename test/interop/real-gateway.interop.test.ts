import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type RunningProgram,
  runCli,
  startCompanion,
  startCompanionProcess,
  startNodeHost,
} from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { openClawState, type RealGateway, realCli, startRealGateway } from './peers.ts';
import {
  answerNext,
  connectedNode,
  invoke,
  joinHost,
  type Place,
  watchGateway,
} from './setting.ts';

/** Our companion and our node host at the released Gateway 2026.2.6-3 (D4). */

type Companion = Awaited<ReturnType<typeof startCompanion>>;

/** A companion started on the port the real Gateway holds; resolves when its node is listed. */
async function attachCompanion(
  gateway: RealGateway,
  place: Place,
  decide?: 'allow-once' | 'deny',
): Promise<Companion> {
  const companion = await startCompanion({
    args: ['--port', String(gateway.port)],
    env: { OPENCLAW_GATEWAY_TOKEN: gateway.token, OPENCLAW_COMPANION_LOG: 'debug' },
    ...(decide === undefined ? {} : { decide }),
  });
  await connectedNode(place, companion.ready.nodeId);
  return companion;
}

/** Our node host at the real Gateway, forwarding to a companion of ours. */
function hostBeside(companion: Companion, gateway: RealGateway) {
  return startNodeHost(
    {
      ...companion,
      ready: { ...companion.ready, gateway: { url: gateway.url, mode: 'attached' } },
    },
    {
      args: ['--display-name', 'our-host'],
      env: { OPENCLAW_GATEWAY_TOKEN: gateway.token },
    },
  );
}

/** Waits for a question, then answers it the way a person at a terminal does. */
async function answerOnCommandLine(
  companion: RunningProgram,
  kind: 'gateway-request' | 'exec',
  decision: 'allow-once' | 'deny',
  commandText: string,
): Promise<void> {
  await companion.complains(new RegExp(`"approval\\.asked".*"kind":"${kind}"`));
  const listed = await runCli(companion.stateDir, ['approvals', 'list', '--json']);
  const { approvals } = JSON.parse(listed.stdout) as {
    approvals: { id: string; kind: string; commandText: string }[];
  };
  expect(approvals).toMatchObject([{ kind, commandText }]);
  const argv = ['approvals', decision, approvals[0]?.id ?? 'none'];
  expect(await runCli(companion.stateDir, argv)).toMatchObject({ code: 0 });
}

test('our companion, started on the port of the real Gateway, attaches and serves as its node', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  expect(companion.ready.gateway).toEqual({ url: gateway.url, mode: 'attached' });
  const { nodeId } = companion.ready;
  const described = await realCli(gateway, ['nodes', 'describe', '--node', nodeId, '--json']);
  expect(JSON.parse(described.stdout)).toMatchObject({
    nodeId,
    connected: true,
    commands: expect.arrayContaining(['system.run', 'system.which', 'system.notify']),
  });
  const which = await invoke(place, nodeId, 'system.which', { bins: ['ls'] });
  expect(which).toMatchObject({ ok: true, payload: { payload: { bins: ['ls'] } } });
});

test('our companion reads the token of the real Gateway from OpenClaw’s own file, which it leaves as it is', async () => {
  const gateway = await startRealGateway();
  const state = openClawState(gateway.home);
  const file = join(state, 'openclaw.json');
  const before = readFileSync(file, 'utf8');
  const companion = await startCompanion({
    args: ['--port', String(gateway.port)],
    env: { OPENCLAW_STATE_DIR: state },
  });
  expect(companion.ready.gateway.mode).toBe('attached');
  await connectedNode(await watchGateway(gateway), companion.ready.nodeId);
  expect(await companion.stop()).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(existsSync(join(state, 'exec-approvals.json'))).toBe(false);
  expect(gateway.program.child.exitCode).toBeNull();
});

test('our companion without the token of the real Gateway says so and leaves it alone', async () => {
  const gateway = await startRealGateway();
  const args = ['--headless', '--port', String(gateway.port)];
  for (const env of [{}, { OPENCLAW_GATEWAY_TOKEN: 'not-the-token' }]) {
    const companion = startCompanionProcess(args, { env });
    expect(await companion.exited).toBe(1);
    expect(companion.stdout()).toBe('');
    expect(companion.stderr()).toMatch(/port \d+ (has a Gateway|cannot be used)/i);
  }
  const listed = await realCli(gateway, ['nodes', 'status']);
  expect(listed.stdout).toContain('Known: 0');
});

test('attached: what the real Gateway asks is answered with openclaw-mac; its real node host runs', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  await joinHost(place, { name: 'real-node' });
  const running = realCli(gateway, ['nodes', 'run', '--node', 'real-node', '--', 'uname', '-n']);
  await answerOnCommandLine(companion, 'gateway-request', 'allow-once', 'uname -n');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });
  const resolved = await place.operator.nextEvent('exec.approval.resolved');
  expect(resolved.payload).toMatchObject({ decision: 'allow-once' });
});

test('attached: denied with openclaw-mac, the real node host runs nothing', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  await joinHost(place, { name: 'real-node' });
  const canary = join(tempDir(), 'canary');
  const running = realCli(gateway, ['nodes', 'run', '--node', 'real-node', '--', 'touch', canary]);
  await answerOnCommandLine(companion, 'gateway-request', 'deny', `touch ${canary}`);
  expect(await running).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exec denied: user denied'),
  });
  expect(existsSync(canary)).toBe(false);
});

test('attached: an answer given at the real Gateway clears the question here', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  await joinHost(place, { name: 'real-node' });
  const running = realCli(gateway, ['nodes', 'run', '--node', 'real-node', '--', 'uname', '-n']);
  await companion.complains(/"approval\.asked"/);
  await answerNext(place, 'allow-once');
  await companion.complains(/"approval\.settled".*"cancelled"/);
  expect(await running).toMatchObject({ code: 0 });
  const listed = await runCli(companion.stateDir, ['approvals', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({ approvals: [] });
});

test('attached: nodes run on our companion; "approved" from a foreign Gateway is no grant (D6)', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  const node = ['--node', companion.ready.nodeId];
  const running = realCli(gateway, ['nodes', 'run', ...node, '--', 'uname', '-n']);
  await answerOnCommandLine(companion, 'gateway-request', 'allow-once', 'uname -n');
  await answerOnCommandLine(companion, 'exec', 'allow-once', 'uname -n');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });
});

test('our node host at the real Gateway forwards system.run to our companion', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await startCompanion({ decide: 'allow-once' });
  const host = await hostBeside(companion, gateway);
  expect(await invoke(place, host.nodeId, 'system.which', { bins: ['ls'] })).toMatchObject({
    ok: true,
    payload: { payload: { bins: { ls: expect.stringMatching(/\/ls$/) } } },
  });
  const command = ['/bin/sh', '-c', 'echo out; echo err >&2; exit 7'];
  expect(await invoke(place, host.nodeId, 'system.run', { command })).toMatchObject({
    ok: true,
    payload: { payload: { exitCode: 7, success: false, stdout: 'out\n', stderr: 'err\n' } },
  });
});

test('our node host at the real Gateway: denied at our companion, the caller reads why', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await startCompanion({ decide: 'deny' });
  const host = await hostBeside(companion, gateway);
  const answer = await invoke(place, host.nodeId, 'system.run', { command: ['/bin/uname'] });
  expect(answer.error).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: user denied',
  });
});

test('real CLI, real Gateway, our node host, our companion: nodes run goes through', async () => {
  const gateway = await startRealGateway();
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place);
  const host = await hostBeside(companion, gateway);
  const node = ['--node', host.nodeId];
  const running = realCli(gateway, ['nodes', 'run', ...node, '--', 'uname', '-n']);
  await answerOnCommandLine(companion, 'gateway-request', 'allow-once', 'uname -n');
  await answerOnCommandLine(companion, 'exec', 'allow-once', 'uname -n');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });
});

test('our node host and our attached companion come back when the real Gateway restarts', async () => {
  const home = tempDir();
  const gateway = await startRealGateway({ home });
  const place = await watchGateway(gateway);
  const companion = await attachCompanion(gateway, place, 'allow-once');
  const host = await hostBeside(companion, gateway);
  await gateway.program.stop();
  await host.says(/"event":"disconnected"/);

  const again = await startRealGateway({ home, port: gateway.port });
  const after = await watchGateway(again);
  await connectedNode(after, companion.ready.nodeId);
  await connectedNode(after, host.nodeId);
  expect(
    await invoke(after, host.nodeId, 'system.run', { command: ['/bin/uname', '-n'] }),
  ).toMatchObject({ ok: true, payload: { payload: { stdout: `${hostname()}\n` } } });
});
