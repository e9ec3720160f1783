import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { setPayloadLimit } from '#host/gateway/payload-limit.ts';

/** A connected pair; the server side starts with a limit of ten bytes. */
async function pair(): Promise<{ readonly client: WebSocket; readonly server: WebSocket }> {
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 10 });
  onTestFinished(() => listener.close());
  await new Promise((resolve) => listener.once('listening', resolve));
  const accepted = new Promise<WebSocket>((resolve) => listener.once('connection', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  client.on('error', () => {});
  onTestFinished(() => client.terminate());
  await new Promise((resolve) => client.once('open', resolve));
  const server = await accepted;
  server.on('error', () => {});
  return { client, server };
}

describe('the frame limit of a living socket', () => {
  it('is where this version of ws keeps it: raised, it lets longer frames in', async () => {
    const { client, server } = await pair();
    setPayloadLimit(server, 20);
    const received = new Promise((resolve) => server.once('message', (data) => resolve(`${data}`)));
    client.send('x'.repeat(20));
    expect(await received).toBe('x'.repeat(20));
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.send('x'.repeat(21));
    expect(await closed).toBe(1009);
  });

  it('closes 1009 at the first limit when nobody raised it', async () => {
    const { client } = await pair();
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.send('x'.repeat(11));
    expect(await closed).toBe(1009);
  });

  it('cannot be changed on a ws that is not open', () => {
    const ws = new WebSocket('ws://127.0.0.1:9');
    ws.on('error', () => {});
    expect(() => setPayloadLimit(ws, 1)).toThrow('no receiver limit to raise');
    ws.terminate();
  });
});
