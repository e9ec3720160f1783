import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { guardSocketPath, inspectSocketPath } from '#host/sockets/path-guard.ts';
import { bindPrivateSocket } from '#host/sockets/private-socket.ts';
import { systemIds } from '#host/system.ts';
import { tempDir } from '#support/temp-dir.ts';

const uid = process.geteuid?.() ?? -1;
const guard = (path: string, options: { uid?: number; platform?: NodeJS.Platform } = {}) =>
  guardSocketPath(path, { uid, platform: 'linux', ...options });
const modeOf = (path: string) => statSync(path).mode & 0o7777;

test('makes missing folders private, also under a loose umask', () => {
  const dir = tempDir();
  const umask = process.umask(0);
  try {
    expect(guard(join(dir, 'a/b/s.sock'))).toEqual({
      parent: join(dir, 'a/b'),
      path: join(dir, 'a/b/s.sock'),
    });
  } finally {
    process.umask(umask);
  }
  expect([modeOf(join(dir, 'a')), modeOf(join(dir, 'a/b'))]).toEqual([0o700, 0o700]);
});

test('leaves the mode of an existing folder alone', () => {
  const dir = tempDir();
  chmodSync(dir, 0o755);
  guard(join(dir, 's.sock'));
  expect(modeOf(dir)).toBe(0o755);
});

test('follows our own symlinks, absolute and relative, to where the folder really is', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'real/deep'), { recursive: true, mode: 0o700 });
  symlinkSync(join(dir, 'real'), join(dir, 'absolute'));
  symlinkSync('deep/../deep/.', join(dir, 'real/relative'));
  expect(guard(join(dir, 'absolute/relative/s.sock')).path).toBe(join(dir, 'real/deep/s.sock'));
});

const refusedPaths: [string, string, RegExp][] = [
  ['a relative path', 'a/s.sock', /not an absolute path/],
  ['a path with ..', '/a/../b/exec.sock', /contains "\.\."/],
  ['a zero byte', '/tmp/a\0b', /zero byte/],
  ['a trailing slash', '/tmp/', /does not end in a file name/],
  ['a trailing dot', '/tmp/.', /does not end in a file name/],
];

test.each(refusedPaths)('refuses %s', (_name, path, message) => {
  expect(() => guard(path)).toThrow(message);
});

test('refuses a folder others can write, unless it is sticky and not the last', () => {
  const dir = tempDir();
  for (const name of ['open', 'sticky'])
    mkdirSync(join(dir, name, 'sub'), { recursive: true, mode: 0o700 });
  chmodSync(join(dir, 'open'), 0o777);
  chmodSync(join(dir, 'sticky'), 0o1777);
  expect(() => guard(join(dir, 'open/sub/s.sock'))).toThrow(/can be written by other users/);
  expect(() => guard(join(dir, 'open/s.sock'))).toThrow(/can be written by other users/);
  expect(() => guard(join(dir, 'sticky/s.sock'))).toThrow(/can be written by other users/);
  expect(guard(join(dir, 'sticky/sub/s.sock')).parent).toBe(join(dir, 'sticky/sub'));
});

test('refuses a file on the way, a symlink loop, and a symlink to a file', () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  symlinkSync('loop', join(dir, 'loop'));
  symlinkSync('file', join(dir, 'link'));
  expect(() => guard(join(dir, 'file/s.sock'))).toThrow(/is not a folder/);
  expect(() => guard(join(dir, 'link/s.sock'))).toThrow(/is not a folder/);
  expect(() => guard(join(dir, 'loop/s.sock'))).toThrow(/too many symlinks/);
});

test('refuses folders and symlinks of another user', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'theirs/sub'), { recursive: true, mode: 0o700 });
  symlinkSync('theirs', join(dir, 'link'));
  if (uid === 0) chownSync(join(dir, 'theirs'), 65_534, 65_534);
  const options = uid === 0 ? {} : { uid: uid + 1 };
  expect(() => guard(join(dir, 'theirs/sub/s.sock'), options)).toThrow(/belongs to another user/);
  expect(() => guard(join(dir, 'theirs/s.sock'), options)).toThrow(/belongs to another user/);
});

test('refuses a symlink of another user in a folder that is fine itself', () => {
  const link = `${tempDir()}.link`; // right in the sticky temporary folder
  symlinkSync('/', link);
  onTestFinished(() => unlinkSync(link));
  if (uid === 0) lchownSync(link, 65_534, 65_534);
  const options = uid === 0 ? {} : { uid: uid + 1 };
  expect(() => guard(join(link, 's.sock'), options)).toThrow(`${link} belongs to another user`);
});

test('refuses a last folder that is only root’s', () => {
  expect(() => guard('/s.sock', { uid: uid + 1 })).toThrow(/belongs to another user/);
});

test.each([
  ['linux', 107],
  ['darwin', 103],
] as const)(
  'IP-03: on %s a path may have %i bytes and no more, counted in UTF-8',
  (platform, limit) => {
    const dir = tempDir();
    const fill = (bytes: number) => join(dir, 'é'.repeat(10).padEnd(bytes - dir.length - 11, 'x'));
    expect(Buffer.byteLength(fill(limit))).toBe(limit);
    expect(guard(fill(limit), { platform }).path).toBe(fill(limit));
    expect(() => guard(fill(limit + 1), { platform })).toThrow(
      `is ${limit + 1} bytes long; a socket path may have ${limit}`,
    );
  },
);

test('IP-03: a symlink cannot lead to a path that is too long', () => {
  const dir = tempDir();
  mkdirSync(join(dir, 'x'.repeat(80)), { mode: 0o700 });
  symlinkSync('x'.repeat(80), join(dir, 'l'));
  expect(() => guard(join(dir, 'l/exec-approvals.sock'))).toThrow(/bytes long/);
});

test('tells what stands at the path', () => {
  const dir = tempDir();
  expect(inspectSocketPath(join(dir, 'none'))).toBe('missing');
  writeFileSync(join(dir, 'file'), '');
  expect(() => inspectSocketPath(join(dir, 'file'))).toThrow(/is a file, not a socket/);
});

test('IP-02: the socket is 0600 and connectable the moment it appears, whatever the umask', async () => {
  const dir = tempDir();
  const guarded = guard(join(dir, 's.sock'));
  const server = createServer();
  const umask = process.umask(0);
  const bound = bindPrivateSocket(server, guarded, systemIds);
  // Not awaited: this is the state when `listen` has just returned.
  const mode = lstatSync(guarded.path).mode & 0o777;
  const after = process.umask(umask);
  expect([mode, after]).toEqual([0o600, 0]);
  const socket = await bound;
  expect(readdirSync(dir)).toEqual(['s.sock']);
  socket.unlinkIfOurs();
  expect(existsSync(guarded.path)).toBe(false);
  server.close();
  await once(server, 'close');
});

test('a stale socket is replaced; a socket path as long as it may be can be bound', async () => {
  const dir = tempDir();
  const path = join(dir, 'x'.repeat(106 - dir.length));
  const first = createServer();
  await bindPrivateSocket(first, guard(path), systemIds);
  const before = lstatSync(path).ino;
  const second = createServer();
  const bound = await bindPrivateSocket(second, guard(path), systemIds);
  expect(lstatSync(path).ino).not.toBe(before);
  first.close();
  await once(first, 'close');
  // libuv unlinks what it bound when a server closes; that must not be the new socket.
  expect(lstatSync(path).isSocket()).toBe(true);
  bound.unlinkIfOurs();
  second.close();
  expect(readdirSync(dirname(path))).toEqual([]);
});
