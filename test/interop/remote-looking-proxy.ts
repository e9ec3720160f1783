import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { GatewayAddress } from './peers.ts';

/**
 * Makes clients of a Gateway look as if they came from another machine: adds the header that a
 * reverse proxy adds, which no Gateway takes for local (gateway §3.3).
 */
export async function lookRemote({ url, token }: GatewayAddress): Promise<GatewayAddress> {
  const upstreamPort = Number(new URL(url).port);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
    }
    client.once('data', (head) => {
      upstream.write(head.toString('latin1').replace('\r\n', forwardedFor), 'latin1');
      client.pipe(upstream);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, token };
}

const forwardedFor = '\r\nX-Forwarded-For: 192.0.2.7\r\n';
