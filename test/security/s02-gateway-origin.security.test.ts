import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectAs, helloAs, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

/** Everything the server writes to a hand-made upgrade until it closes. */
function rawUpgrade(port: number, headers: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries({
    Host: `127.0.0.1:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(`GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  });
}

describe('S2: web pages cannot reach the Gateway', () => {
  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1.evil',
    'http://localhost:3000',
    'http://127.0.0.1',
  ])('refuses Origin %s with 403 before any frame', async (Origin) => {
    const { port } = await startTestGateway();
    const answer = await rawUpgrade(port, { Origin });
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answer.endsWith('\r\n\r\norigin not allowed\n')).toBe(true);
  });

  it.each(['evil.example', '127.0.0.1.evil', 'rebind.example:18789', '192.0.2.1'])(
    'refuses Host %s with 403 before any frame, whatever the Origin',
    async (Host) => {
      const { port } = await startTestGateway();
      for (const headers of [{ Host }, { Host, Origin: `http://${Host}` }]) {
        const answer = await rawUpgrade(port, headers);
        expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
        expect(answer).not.toContain('connect.challenge');
      }
    },
  );

  it('lets in its own host, an allowed origin, and clients that are no browser', async () => {
    const { url, port } = await startTestGateway({ allowedOrigins: ['https://good.example'] });
    for (const origin of [`http://127.0.0.1:${port}`, 'https://good.example']) {
      const raw = await openRaw(url, { headers: { origin } });
      await helloAs(raw, { token: testToken, client: { id: 'openclaw-control-ui' } });
    }
    await helloAs(await openRaw(url), { token: testToken });
  });

  it('refuses loopback without credentials', async () => {
    const { url } = await startTestGateway();
    const response = await connectAs(await openRaw(url), { scopes: ['operator.admin'] });
    expect(response.error?.code).toBe('NOT_PAIRED');
  });
});
