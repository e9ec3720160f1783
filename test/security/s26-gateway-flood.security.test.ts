import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { maxUnprovenSockets } from '#host/gateway/unproven-sockets.ts';
import { helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

/** Opens raw sockets that send `head` and then stay. */
function crowd(port: number, size: number, head: string): Promise<Socket[]> {
  return Promise.all(
    Array.from(
      { length: size },
      () =>
        new Promise<Socket>((resolve) => {
          const socket = connect(port, '127.0.0.1');
          onTestFinished(() => void socket.destroy());
          socket.on('error', () => resolve(socket));
          socket.resume();
          socket.on('connect', () => socket.write(head, () => resolve(socket)));
        }),
    ),
  );
}

const upgrade =
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

const stillOpen = (sockets: readonly Socket[]) =>
  sockets.filter((socket) => !socket.closed && !socket.readableEnded).length;

describe('S26: a crowd of strangers', () => {
  it.each([
    ['unauthenticated upgrades', upgrade],
    ['half HTTP requests', 'GET / HTTP/1.1\r\nHost: 127'],
    ['silent TCP connections', ''],
  ])('of 500 %s is bounded, and a client connects within a second', async (_title, head) => {
    const { url, port } = await startTestGateway();
    const sockets = await crowd(port, 500, head);
    const startedAt = performance.now();
    const raw = await openRaw(url);
    await helloAs(raw, { token: testToken, identity: newTestIdentity() });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect.poll(() => stillOpen(sockets)).toBeLessThanOrEqual(maxUnprovenSockets);
  });

  it('never costs a connected client its place', async () => {
    const { url, port, gateway } = await startTestGateway();
    const clients = await Promise.all(
      Array.from({ length: 80 }, async () => {
        const raw = await openRaw(url);
        await helloAs(raw, { token: testToken });
        return raw;
      }),
    );
    await crowd(port, 200, upgrade);
    await helloAs(await openRaw(url), { token: testToken });
    expect(clients.every((raw) => raw.ws.readyState === raw.ws.OPEN)).toBe(true);
    expect(gateway.broadcaster.sessions.size).toBe(81);
  });

  it('closes a large first frame by its length alone, before the bytes arrive', async () => {
    const { port } = await startTestGateway();
    const [socket] = await crowd(port, 1, upgrade);
    if (!socket) throw new Error('no socket');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    // Masked text frame that announces 2 MiB; nothing follows.
    socket.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 1, 2, 3, 4]));
    await closed;
    // Close frame, 1009.
    expect(Buffer.concat(received).subarray(-4)).toEqual(Buffer.from([0x88, 2, 0x03, 0xf1]));
  });

  it.each([
    ['no key', upgrade.replace(/Sec-WebSocket-Key.*\r\n(?=\r\n)/, '')],
    ['a wrong version', upgrade.replace('Version: 13', 'Version: 99')],
    ['another protocol', upgrade.replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['a POST', upgrade.replace('GET', 'POST')],
    ['binary garbage', '\x00\x01\x02\r\n\r\n'],
  ])('refuses a malformed upgrade with %s and keeps serving', async (_title, head) => {
    const { url, port } = await startTestGateway();
    const [socket] = await crowd(port, 1, head);
    await new Promise((resolve) => socket?.once('close', resolve));
    await helloAs(await openRaw(url), { token: testToken });
  });
});
