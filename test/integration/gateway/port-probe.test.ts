import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { probePort } from '#host/gateway/port-probe.ts';
import { parseTcpTable } from '#host/sockets/proc-sockets.ts';
import { systemClock } from '#host/system.ts';
import { startTestGateway } from '#support/test-gateway.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('D4: what answers on the port', () => {
  it('is a Gateway, found without any credentials', async () => {
    const { port, gateway, log } = await startTestGateway();
    expect(await probePort(port, systemClock)).toEqual({ kind: 'gateway' });
    expect(gateway.broadcaster.sessions.size).toBe(0);
    expect(log.lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  it('is nothing', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await probePort(port, systemClock)).toEqual({ kind: 'free' });
  });

  it('is a web server that knows no WebSocket, named by its process', async () => {
    const server = createHttpServer((_request, response) => response.end('hello'));
    const port = await listening(server);
    const state = await probePort(port, systemClock);
    // Other systems name it through lsof, which may not be installed.
    const owner =
      process.platform === 'linux'
        ? { pid: process.pid, name: expect.any(String) }
        : expect.anything();
    expect(state).toEqual({ kind: 'other', owner });
  });

  it('is a WebSocket server that greets with something else', async () => {
    const server = createHttpServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (ws) => ws.send('{"type":"event","event":"welcome"}'));
    const port = await listening(server);
    expect(await probePort(port, systemClock)).toMatchObject({ kind: 'other' });
  });

  it('is something silent: two seconds are enough', async () => {
    const clock = createVirtualClock();
    const server = createServer((socket) => {
      socket.on('error', () => {});
      clock.advance(2_000);
    });
    const port = await listening(server);
    expect(await probePort(port, clock)).toMatchObject({ kind: 'other' });
    expect(clock.waiting).toBe(0);
  });

  it("reads the kernel's table of sockets", () => {
    const rows = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:4965 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 111 1',
      '   1: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 222 1',
    ].join('\n');
    const socket = { localPort: 18_789, uid: 1000 };
    expect(parseTcpTable(rows)).toEqual([
      { ...socket, remotePort: 50_000, listens: false, inode: '111' },
      { ...socket, remotePort: 0, listens: true, inode: '222' },
    ]);
    expect(parseTcpTable('')).toEqual([]);
  });
});
