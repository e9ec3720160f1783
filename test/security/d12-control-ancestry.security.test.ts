import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createDescendantCheck } from '#host/sockets/ancestry.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { startControlSocket } from '#support/control-socket.ts';

/** Asks `approvals.list` and prints the answer. */
const client = `
  const socket = require('node:net').connect(process.argv[1]);
  socket.write(JSON.stringify({ op: process.argv[2] }) + '\\n');
  socket.on('data', (data) => process.stdout.write(data));
`;

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (data: Buffer) => {
    text += data.toString();
  });
  await once(child, 'close');
  return text;
}

function ask(path: string, op: string, detached = false): Promise<string> {
  return output(spawn(process.execPath, ['-e', client, path, op], { detached }));
}

const outsider = { ownPid: 0x7fff_fff0, runningGroups: () => new Set<number>() };
const denied = { ok: false, error: { code: 'DENIED' } };

test('D12: a child of ours gets status and nothing else', async () => {
  const descent = createDescendantCheck({ ownPid: process.pid, runningGroups: () => new Set() });
  const { path, answers } = await startControlSocket({ descent });
  for (const op of ['approvals.list', 'audit.query']) {
    expect(JSON.parse(await ask(path, op))).toMatchObject(denied);
    expect(JSON.parse(await ask(path, op, true))).toMatchObject(denied);
  }
  expect(JSON.parse(await ask(path, 'status'))).toMatchObject({ ok: true });
  // Our own process is no child of ours.
  expect(await callControl(path, { op: 'approvals.list' })).toHaveLength(1);
  expect(answers).toEqual([]);
});

test('D12: a process from elsewhere is served', async () => {
  const { path } = await startControlSocket({ descent: createDescendantCheck(outsider) });
  expect(JSON.parse(await ask(path, 'approvals.list'))).toMatchObject({ ok: true });
});

test('D12: a grandchild whose parents have gone is found by its session', async () => {
  const groups = new Set<number>();
  const descent = createDescendantCheck({ ...outsider, runningGroups: () => groups });
  const { path } = await startControlSocket({ descent });
  // The shell leads a session of its own, as a command does, and is gone before its child asks.
  const shell = spawn(
    '/bin/sh',
    [
      '-c',
      '(read -r go; exec "$@") <&3 & exit 0',
      'sh',
      process.execPath,
      '-e',
      client,
      path,
      'approvals.list',
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
  );
  onTestFinished(() => void shell.kill('SIGKILL'));
  groups.add(shell.pid ?? 0);
  const answer = output(shell);
  await once(shell, 'exit');
  const go = shell.stdio[3];
  if (go && 'write' in go) go.end('go\n');
  expect(JSON.parse(await answer)).toMatchObject(denied);
});

test('D12: a peer whose pid is unknown or gone is refused', async () => {
  const check = createDescendantCheck(outsider);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  expect(await check(null)).toBe('unknown');
  expect(await check(child.pid ?? 0)).toBe('unknown');
  const { path } = await startControlSocket({ descent: () => Promise.resolve('unknown') });
  await expect(callControl(path, { op: 'approvals.list' })).rejects.toMatchObject({
    code: 'DENIED',
  });
});

test('D12: a peer is looked up when it connects, before its number can be given away', async () => {
  const looked = Promise.withResolvers<void>();
  let now: 'descendant' | 'outside' = 'descendant';
  const { path } = await startControlSocket({
    descent: () => {
      looked.resolve();
      return Promise.resolve(now);
    },
  });
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  await looked.promise;
  now = 'outside';
  socket.write('{"op":"approvals.list"}\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(JSON.parse(answer.toString())).toMatchObject(denied);
});
