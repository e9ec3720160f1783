import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInnerRequest } from '#host/sockets/inner-request.ts';
import { decodeJsonLine } from '#protocol/framing.ts';
import { parseWireJson } from '#protocol/wire-json.ts';
import { helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

/** A value inside so many arrays and objects. */
function nested(value: unknown, shape: readonly ('array' | 'object')[]): string {
  const open = shape.map((kind) => (kind === 'array' ? '[' : '{"x":')).join('');
  const close = shape.map((kind) => (kind === 'array' ? ']' : '}'));
  return `${open}${JSON.stringify(value)}${close.reverse().join('')}`;
}

const shapes = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom('array' as const, 'object' as const), { minLength, maxLength });
const leaves = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const line = (text: string) => new TextEncoder().encode(text);

describe('S26: what a peer sends can be nested only so deeply', () => {
  it('JSON up to 128 levels is read as it is, and anything deeper is none', async () => {
    await fc.assert(
      fc.property(leaves, shapes(0, 128), (leaf, shape) => {
        const text = nested(leaf, shape);
        expect(decodeJsonLine(line(text))).toEqual(JSON.parse(text));
      }),
    );
    await fc.assert(
      fc.property(leaves, shapes(129, 400), shapes(0, 8), (leaf, deep, around) => {
        // Deep anywhere is deep: beside what is flat as well.
        const text = nested([1, 'a', JSON.parse(nested(leaf, deep))], around);
        expect(decodeJsonLine(line(text))).toBeUndefined();
      }),
    );
  });

  it('other values, and what is no JSON at all, are what JSON says they are', async () => {
    await fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 6 }), fc.string()), (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          // Left undefined, which is what is to be seen.
        }
        expect(parseWireJson(text)).toEqual(expected);
      }),
    );
  });

  it('a line or a frame of brackets alone costs neither the stack nor a second', () => {
    const startedAt = performance.now();
    expect(parseWireJson('['.repeat(250_000) + ']'.repeat(250_000))).toBeUndefined();
    expect(parseWireJson('{"a":'.repeat(80_000) + 1 + '}'.repeat(80_000))).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('the request inside an exec line is such a text too', () => {
    const inner = (levels: number) =>
      `{"command":["ls"],"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(decodeInnerRequest(inner(8))).toHaveProperty('request');
    expect(decodeInnerRequest(inner(20_000))).toMatchObject({ failure: { reason: 'json' } });
  });

  it('a Gateway takes such a frame for none: a stranger is let go, a client goes on', async () => {
    const { url } = await startTestGateway();
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const frame = (id: string, method: string) =>
      `{"type":"req","id":"${id}","method":"${method}","params":{"x":${deep}}}`;

    const stranger = await openRaw(url);
    stranger.ws.send(frame('1', 'connect'));
    await expect.poll(() => stranger.ws.readyState).toBe(stranger.ws.CLOSED);

    const client = await openRaw(url);
    await helloAs(client, { token: testToken, identity: newTestIdentity() });
    client.ws.send(frame('deep', 'health'));
    expect(await client.request('no.such.method', {})).toMatchObject({ ok: false });
    expect(JSON.stringify(client.frames)).not.toContain('"deep"');
  });
});
