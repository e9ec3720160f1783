import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Descent } from '#host/sockets/ancestry.ts';
import { createTcpDescentCheck } from '#host/sockets/tcp-descent.ts';

const stranger = `require('node:net').connect(Number(process.argv[1]), process.argv[2]);`;

/** A server, and the check for whoever connected last. */
async function server(host: string, descent: (pid: number | null) => Descent, uid?: number) {
  const listener = createServer();
  listener.listen(0, host);
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as AddressInfo;
  const check = createTcpDescentCheck(async (pid) => descent(pid), uid);
  return {
    port,
    async accepted() {
      const [socket] = (await once(listener, 'connection')) as [Socket];
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      return () => check({ peerPort: socket.remotePort ?? 0, ownPort: socket.localPort ?? 0 });
    },
  };
}

function connectFromElsewhere(port: number, host: string) {
  const child = spawn(process.execPath, ['-e', stranger, String(port), host]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

describe('descent of a TCP peer (D12)', () => {
  it.each(['127.0.0.1', '::1'])(
    'asks about the process that holds the other end on %s',
    async (host) => {
      const asked: (number | null)[] = [];
      const at = await server(host, (pid) => {
        asked.push(pid);
        return 'descendant';
      });
      const child = connectFromElsewhere(at.port, host);
      expect(await (await at.accepted())()).toBe('descendant');
      expect(asked).toEqual([child]);
    },
  );

  it('says outside when nobody who holds it comes from a command', async () => {
    const at = await server('127.0.0.1', () => 'outside');
    connectFromElsewhere(at.port, '127.0.0.1');
    expect(await (await at.accepted())()).toBe('outside');
  });

  it('takes our own end of our own link for what it is', async () => {
    const at = await server('127.0.0.1', () => 'descendant');
    const own = connect(at.port, '127.0.0.1');
    onTestFinished(() => void own.destroy());
    expect(await (await at.accepted())()).toBe('outside');
  });

  it('knows nothing of a peer that has gone', async () => {
    const at = await server('127.0.0.1', () => 'outside');
    const socket = connect(at.port, '127.0.0.1');
    const check = await at.accepted();
    socket.resetAndDestroy();
    await once(socket, 'close');
    expect(await check()).toBe('unknown');
  });

  it('leaves programs of other users alone', async () => {
    const at = await server('127.0.0.1', () => 'descendant', (process.geteuid?.() ?? 0) + 1);
    connectFromElsewhere(at.port, '127.0.0.1');
    expect(await (await at.accepted())()).toBe('outside');
  });
});
