import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, lstatSync, openSync, statSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadNative } from '#host/sockets/native.ts';
import { readPeerCredentials } from '#host/sockets/peer-credentials.ts';
import { execLine, startExecSocket } from '#support/exec-socket.ts';
import { exchange, rawPeer } from '#support/raw-peer.ts';
import { tempDir } from '#support/temp-dir.ts';

const uid = process.geteuid?.() ?? -1;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Becomes uid 65534 (which only root may), then says `line` and prints what comes back. */
const foreignScript = `
  process.setgroups([]); process.setgid(65534); process.setuid(65534);
  const socket = require('node:net').connect(process.argv[1]);
  socket.on('connect', () => socket.write(process.argv[2]));
  socket.on('data', (data) => process.stdout.write(data));
  socket.on('error', (error) => console.error(error.code));
`;

async function asForeigner(path: string, line: string): Promise<{ out: string; err: string }> {
  const child = spawn(process.execPath, ['-e', foreignScript, path, line]);
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
  });
  await once(child, 'close');
  return { out, err };
}

/** As root a real foreign process; otherwise our own process, looked at by a server of another uid. */
async function foreignExchange(line: string) {
  const fixture = await startExecSocket(uid === 0 ? {} : { ownUid: uid + 1 });
  if (uid !== 0) return { fixture, out: await exchange(fixture.path, line) };
  // Opened on purpose: the mode bits would stop the peer before the check that is tested here.
  chmodSync(dirname(fixture.path), 0o755);
  chmodSync(fixture.path, 0o666);
  return { fixture, out: (await asForeigner(fixture.path, line)).out };
}

test('S19, IP-04: a peer of another user gets one deny line with a fresh id and nothing runs', async () => {
  const ids = new Set<string>();
  for (const line of [
    execLine({ id: 'mine' }),
    'garbage\n',
    '{"type":"challenge","id":"c","nonce":"aaaaaaaaaaaaaaaa"}\n',
  ]) {
    const { fixture, out } = await foreignExchange(line);
    const answer = JSON.parse(out) as { id: string };
    expect(answer).toEqual({ type: 'decision', id: expect.stringMatching(uuid), decision: 'deny' });
    expect(out.endsWith('\n')).toBe(true);
    expect(fixture.executed).toEqual([]);
    ids.add(answer.id);
  }
  expect(ids.size).toBe(3);
});

test('S19: the refusal comes before the peer has sent a byte', async () => {
  const { path } = await startExecSocket({ ownUid: uid + 1 });
  const peer = await rawPeer(path);
  expect(JSON.parse(await peer.line())).toMatchObject({ decision: 'deny' });
});

test('S19: with its modes as made, the socket is out of reach for another user', async () => {
  const { path } = await startExecSocket();
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  if (uid === 0) expect((await asForeigner(path, execLine())).err).toContain('EACCES');
});

test('IP-04: credentials are those of the process that connected', async () => {
  const path = join(tempDir(), 's.sock');
  const native = await loadNative();
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = spawn(process.execPath, ['-e', 'require("net").connect(process.argv[1])', path]);
  const [socket] = (await accepted) as [Socket];
  expect(readPeerCredentials(socket, native)).toEqual({ uid, pid: client.pid });
  socket.destroy();
  server.close();
  await once(client, 'close');
  expect(() => readPeerCredentials(socket, native)).toThrow('descriptor of a socket');
});

test('IP-04: credentials that cannot be read are an error, never an answer', async () => {
  const native = await loadNative();
  expect(() => native.peerCredentials(-1)).toThrow(/failed with errno/);
  const fd = openSync('/dev/null', 'r');
  expect(() => native.peerCredentials(fd)).toThrow(/failed with errno/);
  closeSync(fd);
  expect(() => readPeerCredentials(new Socket(), native)).toThrow('descriptor of a socket');
});
