import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { runCli } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { freePort, openClawState } from './peers.ts';
import { connectedNode, invoke, joinHost, type OurPlace, ourPlace } from './setting.ts';

/** The released node host 2026.9.6 at our Gateway: it falls back to protocol 3 (D2). */

/** Its policy lives in SQLite (exec-ipc §4.8); a person points it at our socket. */
function forwardTo({ companion }: OurPlace, home: string): void {
  const { socket } = JSON.parse(
    readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8'),
  ) as { socket: { path: string } };
  const text = `${JSON.stringify({ version: 1, socket, defaults: {}, agents: {} }, null, 2)}\n`;
  const path = join(openClawState(home), 'state', 'openclaw.sqlite');
  // The node host may be writing.
  const database = new DatabaseSync(path, { timeout: 10_000 });
  const { changes } = database
    .prepare(
      "UPDATE exec_approvals_config SET raw_json = ?, socket_path = ? WHERE config_key = 'current'",
    )
    .run(text, socket.path);
  database.close();
  if (changes !== 1) throw new Error('the node host keeps its policy elsewhere');
}

async function joinMacHost(place: OurPlace): Promise<void> {
  const home = tempDir();
  const options = { name: 'new-mac', era: 'new', home, darwin: true, onlyForward: true } as const;
  const { nodeId } = await joinHost(place, options);
  // It writes its policy at the first look.
  await invoke(place, nodeId, 'system.execApprovals.get', {});
  forwardTo(place, home);
}

test('real node host 2026.9.6 connects and serves system.which', async () => {
  const place = await ourPlace();
  const { nodeId } = await joinHost(place, { name: 'new-node', era: 'new' });
  const answer = await invoke(place, nodeId, 'system.which', { bins: ['ls'] });
  expect(answer).toMatchObject({
    ok: true,
    payload: { payload: { bins: { ls: expect.stringMatching(/\/ls$/) } } },
  });
});

test('real node host 2026.9.6 runs what openclaw-mac run sends, by its own policy', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'new-node', era: 'new' });
  const argv = ['run', '--node', 'new-node', '--', '/bin/sh', '-c', 'uname -n; exit 7'];
  expect(await runCli(place.companion.stateDir, argv)).toMatchObject({
    code: 7,
    stdout: `${hostname()}\n`,
  });
});

test('real node host 2026.9.6 forwards system.run to our socket: allowed, it runs here', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  await joinMacHost(place);
  const argv = [
    'run',
    '--node',
    'new-mac',
    '--',
    '/bin/sh',
    '-c',
    'echo out; echo err >&2; exit 7',
  ];
  expect(await runCli(place.companion.stateDir, argv)).toEqual({
    code: 7,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  const audit = await runCli(place.companion.stateDir, ['audit', '--json']);
  expect(audit.stdout).toContain('echo out');
});

test('real node host 2026.9.6 forwards system.run to our socket: denied, nothing runs', async () => {
  const place = await ourPlace({ decide: 'deny' });
  await joinMacHost(place);
  const argv = ['run', '--node', 'new-mac', '--', '/bin/uname', '-n'];
  expect(await runCli(place.companion.stateDir, argv)).toEqual({
    code: 126,
    stdout: '',
    stderr: 'SYSTEM_RUN_DENIED: user denied\n',
  });
});

test('real node host 2026.9.6 comes back by itself when our Gateway restarts', async () => {
  const args = ['--port', String(await freePort())];
  const place = await ourPlace({ args });
  const { host, nodeId } = await joinHost(place, { name: 'new-node', era: 'new' });
  expect(await place.companion.stop()).toBe(0);
  const again = await ourPlace({ args, stateDir: place.companion.stateDir });
  expect(await connectedNode(again, 'new-node')).toBe(nodeId);
  expect(await invoke(again, nodeId, 'system.which', { bins: ['ls'] })).toMatchObject({ ok: true });
  expect(host.child.exitCode).toBeNull();
});
