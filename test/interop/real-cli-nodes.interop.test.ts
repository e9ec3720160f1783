import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { realCli } from './peers.ts';
import { answerNext, invoke, joinHost, ourPlace } from './setting.ts';

/** `openclaw nodes …` of 2026.2.6-3 at our Gateway (issue 2). */

test('real CLI: nodes status and nodes describe show a real node host and our companion', async () => {
  const place = await ourPlace();
  const { nodeId } = await joinHost(place, { name: 'real-node' });
  const home = tempDir();
  const table = await realCli(place, ['nodes', 'status'], home);
  expect(table).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Paired: 2 · Connected: 2'),
  });
  const status = await realCli(place, ['nodes', 'status', '--json'], home);
  const { nodes } = JSON.parse(status.stdout) as { nodes: { nodeId: string }[] };
  expect(nodes.map((node) => node.nodeId).sort()).toEqual(
    [nodeId, place.companion.ready.nodeId].sort(),
  );
  const describe = ['nodes', 'describe', '--node', 'real-node', '--json'];
  const described = await realCli(place, describe, home);
  expect(JSON.parse(described.stdout)).toMatchObject({
    nodeId,
    displayName: 'real-node',
    version: '2026.2.6-3',
    connected: true,
    commands: expect.arrayContaining(['system.run', 'system.which']),
  });
});

test('real CLI: nodes invoke reaches a real node host and our companion', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'real-node' });
  const home = tempDir();
  const which = (node: string) => {
    const params = ['--command', 'system.which', '--params', '{"bins":["ls"]}'];
    return realCli(place, ['nodes', 'invoke', '--node', node, ...params], home);
  };
  for (const node of ['real-node', place.companion.ready.nodeId]) {
    expect(await which(node)).toMatchObject({ code: 0, stdout: expect.stringMatching(/\/ls"/) });
  }
});

test('real CLI: nodes rename works for a node that was paired by connecting', async () => {
  const place = await ourPlace();
  const { nodeId } = await joinHost(place, { name: 'real-node' });
  const home = tempDir();
  const rename = ['nodes', 'rename', '--node', 'real-node', '--name', 'Work bench'];
  expect(await realCli(place, rename, home)).toMatchObject({ code: 0 });
  const describe = ['nodes', 'describe', '--node', 'Work bench', '--json'];
  const described = await realCli(place, describe, home);
  expect(JSON.parse(described.stdout)).toMatchObject({ nodeId, displayName: 'Work bench' });
});

test('real CLI: nodes run asks at our Gateway; an operator allows, the real host runs', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'real-node' });
  const running = realCli(place, ['nodes', 'run', '--node', 'real-node', '--', 'uname', '-n']);
  await answerNext(place, 'allow-once');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });
});

test('real CLI: nodes run refused by an operator runs nothing', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'real-node' });
  const canary = join(tempDir(), 'canary');
  const running = realCli(place, ['nodes', 'run', '--node', 'real-node', '--', 'touch', canary]);
  await answerNext(place, 'deny');
  expect(await running).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exec denied: user denied'),
  });
  expect(existsSync(canary)).toBe(false);
});

test('real CLI: nodes run on our companion needs one answer, used up by that run (D6)', async () => {
  const place = await ourPlace();
  const node = place.companion.ready.nodeId;
  const running = realCli(place, ['nodes', 'run', '--node', node, '--', 'uname', '-n']);
  await answerNext(place, 'allow-once');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });

  // The same words again, claiming to be approved as the CLI does: nobody approved this run.
  const claim = invoke(place, node, 'system.run', {
    command: ['uname', '-n'],
    agentId: 'main',
    approved: true,
    approvalDecision: 'allow-once',
  });
  await answerNext(place, 'deny');
  expect((await claim).error?.message).toBe('SYSTEM_RUN_DENIED: user denied');
});

test('real CLI: nodes run on our node host needs one answer, the companion behind it runs', async () => {
  const place = await ourPlace();
  const { nodeId } = await startNodeHost(place.companion);
  const running = realCli(place, ['nodes', 'run', '--node', nodeId, '--', 'uname', '-n']);
  await answerNext(place, 'allow-once');
  expect(await running).toMatchObject({ code: 0, stdout: expect.stringContaining(hostname()) });
});

test('real CLI: nodes run --raw, the way agents send shell text, runs on our companion', async () => {
  const place = await ourPlace();
  const node = place.companion.ready.nodeId;
  const text = 'echo one; echo two | tr a-z A-Z; exit 3';
  const running = realCli(place, ['nodes', 'run', '--node', node, '--raw', text]);
  await answerNext(place, 'allow-once');
  expect(await running).toMatchObject({ stdout: 'one\nTWO\n', code: 1 });
});
