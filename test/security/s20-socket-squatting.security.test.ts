import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createLineServer } from '#host/sockets/line-server.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { execLine, startExecSocket } from '#support/exec-socket.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { exchange } from '#support/raw-peer.ts';
import { socketProcess } from '#support/socket-process.ts';
import { tempDir } from '#support/temp-dir.ts';

function echoServer(path: string) {
  return createLineServer({
    path,
    open: () => (line) => Promise.resolve({ line, more: false }),
    refusal: null,
    limits: { lineBytes: 1_000 },
    clock: systemClock,
    ids: systemIds,
    log: createFakeLogger(),
  });
}

const obstacles: [string, (path: string) => void][] = [
  ['a regular file', (path) => writeFileSync(path, 'precious')],
  ['a folder', (path) => mkdirSync(path)],
  ['a dangling symlink', (path) => symlinkSync('/nowhere/at/all', path)],
  [
    'a symlink to a file',
    (path) => {
      writeFileSync(`${path}.target`, 'precious');
      symlinkSync(`${path}.target`, path);
    },
  ],
];

test.each(obstacles)(
  'S20: %s at the path refuses the start and is left as it was',
  async (_name, make) => {
    const path = join(tempDir(), 's.sock');
    make(path);
    const before = lstatSync(path, { bigint: true });
    await expect(echoServer(path).start()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    const after = lstatSync(path, { bigint: true });
    expect([after.ino, after.mode, after.mtimeNs]).toEqual([
      before.ino,
      before.mode,
      before.mtimeNs,
    ]);
    expect(readdirSync(dirname(path)).filter((name) => name.startsWith('.'))).toEqual([]);
  },
);

test('S20: a symlink to a live socket of somebody else is refused and the socket survives', async () => {
  const dir = tempDir();
  const victim = createServer().listen(join(dir, 'victim.sock'));
  await once(victim, 'listening');
  symlinkSync(join(dir, 'victim.sock'), join(dir, 's.sock'));
  await expect(echoServer(join(dir, 's.sock')).start()).rejects.toMatchObject({
    code: 'UNSAFE_PATH',
  });
  expect(lstatSync(join(dir, 'victim.sock')).isSocket()).toBe(true);
  victim.close();
});

test('S20: two starts in one process race 200 times; exactly one listens each time', async () => {
  const path = join(tempDir(), 's.sock');
  for (let round = 0; round < 200; round += 1) {
    const servers = [echoServer(path), echoServer(path)];
    const outcomes = await Promise.allSettled(servers.map((server) => server.start()));
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(losers).toHaveLength(1);
    expect(losers[0]?.reason).toMatchObject({
      code: 'UNAVAILABLE',
      details: { owner: process.pid },
    });
    // The loser's stop must not take the winner's socket away.
    await servers[outcomes.findIndex((outcome) => outcome.status === 'rejected')]?.stop();
    expect(await exchange(path, '{"n":1}\n')).toBe('{"n":1}\n');
    await Promise.all(servers.map((server) => server.stop()));
    expect(existsSync(path)).toBe(false);
  }
});

test('S20: two processes race 200 times; exactly one listens, and the loser never unlinks it', async () => {
  const dir = tempDir();
  const path = join(dir, 'exec-approvals.sock');
  const processes = await Promise.all([socketProcess(dir), socketProcess(dir)]);
  for (let round = 0; round < 200; round += 1) {
    const outcomes = await Promise.all(processes.map((one) => one.tell('start')));
    const winner = processes[outcomes.findIndex(({ outcome }) => outcome === 'done')];
    const loser = processes[outcomes.findIndex(({ outcome }) => outcome === 'UNAVAILABLE')];
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['UNAVAILABLE', 'done']);
    await loser?.tell('stop');
    expect(await exchange(path, execLine())).toContain(`"stdout":"${winner?.pid}"`);
    await winner?.tell('stop');
  }
}, 60_000);

test('S20: a busy path names the process that owns it', async () => {
  const dir = tempDir();
  const owner = await socketProcess(dir);
  await owner.tell('start');
  await expect(startExecSocket({ dir })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: `${join(dir, 'exec-approvals.sock')} is already served by process ${owner.pid}`,
  });
  expect(await exchange(join(dir, 'exec-approvals.sock'), execLine())).toContain('"ok":true');
});

test('S20: the socket of a killed process is replaced, and its lock is free', async () => {
  const dir = tempDir();
  const owner = await socketProcess(dir);
  await owner.tell('start');
  await owner.kill();
  const path = join(dir, 'exec-approvals.sock');
  expect(lstatSync(path).isSocket()).toBe(true);
  await startExecSocket({ dir });
  expect(await exchange(path, execLine())).toContain('"ok":true');
});

test('S20: stop leaves a socket alone that somebody put in the place of ours', async () => {
  const path = join(tempDir(), 's.sock');
  const server = echoServer(path);
  await server.start();
  rmSync(path);
  const other = createServer().listen(path);
  await once(other, 'listening');
  await server.stop();
  const client = connect(path);
  await once(client, 'connect');
  client.destroy();
  other.close();
});

const badLocks: [string, (lock: string) => void][] = [
  ['a symlink', (lock) => symlinkSync(`${lock}.other`, lock)],
  ['a folder', (lock) => mkdirSync(lock)],
  [
    'a hard link',
    (lock) => {
      writeFileSync(`${lock}.other`, '', { mode: 0o600 });
      linkSync(`${lock}.other`, lock);
    },
  ],
  [
    'writable by the group',
    (lock) => {
      writeFileSync(lock, '');
      chmodSync(lock, 0o620);
    },
  ],
];

test.each(badLocks)('S20: a lock file that is %s refuses the start', async (_name, make) => {
  const path = join(tempDir(), 's.sock');
  make(`${path}.lifecycle.lock`);
  await expect(echoServer(path).start()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  expect(existsSync(path)).toBe(false);
});

test('S20: a symlink as lock file is not followed, so no file is made at its end', async () => {
  const dir = tempDir();
  symlinkSync(join(dir, 'elsewhere'), join(dir, 's.sock.lifecycle.lock'));
  await expect(echoServer(join(dir, 's.sock')).start()).rejects.toMatchObject({
    code: 'UNSAFE_PATH',
  });
  expect(existsSync(join(dir, 'elsewhere'))).toBe(false);
});

test('S20: after a refused start the same server starts when the way is free', async () => {
  const path = join(tempDir(), 's.sock');
  const server = echoServer(path);
  writeFileSync(path, '');
  await expect(server.start()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  rmSync(path);
  await server.start();
  expect(await exchange(path, '1\n')).toBe('1\n');
  await server.stop();
});

test('S20: the lock file is private, names its owner and outlives the server', async () => {
  const path = join(tempDir(), 's.sock');
  const server = echoServer(path);
  await server.start();
  await server.stop();
  const lock = `${path}.lifecycle.lock`;
  expect(readFileSync(lock, 'utf8')).toBe(`${process.pid}\n`);
  expect(lstatSync(lock).mode & 0o777).toBe(0o600);
});
