import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitForEnd, waitForPid } from '#support/chain.ts';
import { runCli } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { type NodeHostOptions, writeApprovals } from './peers.ts';
import { invoke, type JoinedNode, joinHost, type OurPlace, ourPlace } from './setting.ts';

/** The released node host 2026.2.6-3, believing it is a Mac, forwarding to our socket (issue 2). */

/** A home whose approvals document names our socket and token, as the forwarding host reads it. */
function homeForwardingTo({ companion }: OurPlace): string {
  const home = tempDir();
  const { socket } = JSON.parse(
    readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8'),
  ) as { socket: object };
  // Were the host to decide by itself, it would run everything: what is refused was refused by us.
  writeApprovals(home, { socket, defaults: { security: 'full', ask: 'off' } });
  return home;
}

function joinMacHost(place: OurPlace, options: Partial<NodeHostOptions> = {}): Promise<JoinedNode> {
  const home = homeForwardingTo(place);
  return joinHost(place, { name: 'mac-host', darwin: true, home, ...options });
}

interface RunAnswer {
  readonly exitCode?: number;
  readonly timedOut: boolean;
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

test('real node host forwards system.run to our socket: allowed, it runs here', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const { nodeId } = await joinMacHost(place);
  const answer = await invoke(place, nodeId, 'system.run', { command: ['/bin/uname', '-n'] });
  expect(answer).toMatchObject({
    ok: true,
    payload: { payload: { exitCode: 0, success: true, stdout: `${hostname()}\n` } },
  });
  const audit = await runCli(place.companion.stateDir, ['audit', '--json']);
  expect(audit.stdout).toContain('"/bin/uname');
});

test('real node host forwards system.run to our socket: denied, nothing runs', async () => {
  const place = await ourPlace({ decide: 'deny' });
  const { nodeId } = await joinMacHost(place);
  const canary = join(tempDir(), 'canary');
  const answer = await invoke(place, nodeId, 'system.run', { command: ['/bin/touch', canary] });
  expect(answer.error).toMatchObject({
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: user denied',
  });
  expect(existsSync(canary)).toBe(false);
});

test('real node host forwards: unanswered, the prompt closes before the host would run it itself', async () => {
  const place = await ourPlace();
  const { nodeId } = await joinMacHost(place);
  const canary = join(tempDir(), 'canary');
  const answer = await invoke(place, nodeId, 'system.run', { command: ['/bin/touch', canary] });
  expect(answer.error).toMatchObject({
    message: 'SYSTEM_RUN_DENIED: approval prompt closed without decision',
  });
  expect(existsSync(canary)).toBe(false);
});

test('real node host forwards: the time limit of the caller ends the command, output so far kept', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const { nodeId } = await joinMacHost(place);
  const command = ['/bin/sh', '-c', 'echo begun; sleep 30'];
  const answer = await invoke(place, nodeId, 'system.run', { command, timeoutMs: 500 });
  expect(answer.payload).toMatchObject({
    payload: { timedOut: true, success: false, stdout: 'begun\n' },
  });
});

test('real node host forwards: a non-zero exit and both streams come back', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const { nodeId } = await joinMacHost(place);
  const command = ['/bin/sh', '-c', 'echo yes; echo no >&2; exit 7'];
  const answer = await invoke(place, nodeId, 'system.run', { command });
  expect(answer.payload).toMatchObject({
    payload: { exitCode: 7, success: false, stdout: 'yes\n', stderr: 'no\n' },
  });
});

test('real node host forwards: of large output the end comes back, marked as cut', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const { nodeId } = await joinMacHost(place);
  const command = ['/bin/sh', '-c', 'yes line | head -c 3000000; echo end'];
  const answer = await invoke(place, nodeId, 'system.run', { command });
  const { payload } = answer.payload as { payload: RunAnswer };
  expect(payload).toMatchObject({ exitCode: 0, success: true });
  expect(payload.stdout.startsWith('... (truncated) ')).toBe(true);
  expect(payload.stdout.endsWith('line\nend\n')).toBe(true);
  expect(Buffer.byteLength(payload.stdout)).toBeLessThanOrEqual(80_000);
});

test('real node host forwards: when it gives up at 20 s, we end the command it asked for', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const { nodeId } = await joinMacHost(place, { onlyForward: true });
  const pidFile = join(tempDir(), 'pid');
  const command = ['/bin/sh', '-c', `echo $$ > ${pidFile}; exec sleep 300`];
  const answer = await invoke(place, nodeId, 'system.run', { command });
  expect(answer.error?.message).toMatch(/^COMPANION_APP_UNAVAILABLE/);
  await waitForEnd(await waitForPid(pidFile));
});

test('openclaw-mac run travels through the real forwarding host to our companion and back', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  await joinMacHost(place, { onlyForward: true });
  const argv = [
    'run',
    '--node',
    'mac-host',
    '--',
    '/bin/sh',
    '-c',
    'echo out; echo err >&2; exit 5',
  ];
  expect(await runCli(place.companion.stateDir, argv)).toEqual({
    code: 5,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('openclaw-mac run through the real forwarding host: denied by a person, exit code 126', async () => {
  const place = await ourPlace({ decide: 'deny' });
  await joinMacHost(place, { onlyForward: true });
  const argv = ['run', '--node', 'mac-host', '--', '/bin/uname', '-n'];
  expect(await runCli(place.companion.stateDir, argv)).toEqual({
    code: 126,
    stdout: '',
    stderr: 'SYSTEM_RUN_DENIED: user denied\n',
  });
});
