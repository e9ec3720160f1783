import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CompanionError } from '#core/errors.ts';
import { parseParams } from '#host/gateway/params.ts';
import type { GatewayFeature } from '#host/gateway/types.ts';
import {
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

const strictParams = z.strictObject({ nodeId: z.string(), command: z.string() });

let aborted = 0;

const feature: GatewayFeature = {
  methods: {
    'test.echo': (params) => params,
    'test.nothing': () => undefined,
    'test.strict': (params) => parseParams('test.strict', strictParams, params),
    'test.refuse': () => {
      throw new CompanionError('DENIED', 'policy says no', { details: { why: 'x' } });
    },
    'test.crash': () => {
      throw new TypeError('secret /home/user/path');
    },
    'test.crash-later': async () => {
      await null;
      throw new TypeError('secret /home/user/path');
    },
    'test.unserialisable': () => 1n,
    'test.twice': async (_params, { accept }) => {
      accept?.({ status: 'accepted' });
      return { status: 'done' };
    },
    'test.wait': (_params, { signal }) =>
      new Promise((resolve) => {
        const abort = () => {
          aborted += 1;
          resolve(null);
        };
        signal.addEventListener('abort', abort, { once: true });
      }),
  },
};

async function admin(): Promise<RawGatewayClient & { readonly gatewayLog: unknown }> {
  const { url, log } = await startTestGateway({ features: () => [feature] });
  const raw = await openRaw(url);
  await helloAs(raw, { token: testToken, identity: newTestIdentity(), scopes: ['operator.admin'] });
  return Object.assign(raw, { gatewayLog: log });
}

const invalid = (message: string) => ({ code: 'INVALID_REQUEST', message });

describe('frames after connect (gateway §2)', () => {
  it('ignores what is not JSON and keeps the connection', async () => {
    const raw = await admin();
    raw.send('garbage{');
    raw.send(Buffer.from([0xff, 0xfe]));
    expect((await raw.request('test.echo', { a: 1 })).payload).toEqual({ a: 1 });
    expect(raw.frames.filter((frame) => frame.type === 'res')).toHaveLength(2);
  });

  it.each([
    [{ type: 'req', method: 'test.echo' }, 'invalid', "must have required property 'id'"],
    [
      { type: 'event', event: 'x' },
      'invalid',
      "must have required property 'id'; must have required property 'method'; " +
        "at root: unexpected property 'event'; at /type: must be equal to constant",
    ],
    [
      { type: 'req', id: 'a', method: 'test.echo', extra: 1 },
      'a',
      "at root: unexpected property 'extra'",
    ],
    [[], 'invalid', 'must be object'],
    [null, 'invalid', 'must be object'],
    [
      { type: 'req', id: '', method: 'm' },
      'invalid',
      'at /id: must NOT have fewer than 1 characters',
    ],
  ])('answers the broken frame %j as recorded', async (frame, id, text) => {
    const raw = await admin();
    raw.send(frame);
    const response = await raw.response(id);
    expect(response).toEqual({
      type: 'res',
      id,
      ok: false,
      error: invalid(`invalid request frame: ${text}`),
    });
  });

  it.each([
    ['no.such.method', {}, invalid('unknown method: no.such.method')],
    ['connect', {}, invalid('connect is only valid as the first request')],
    [
      'test.strict',
      { x: 1 },
      invalid(
        "invalid test.strict params: must have required property 'nodeId'; " +
          "must have required property 'command'; at root: unexpected property 'x'",
      ),
    ],
    [
      'device.pair.list',
      { x: 1 },
      invalid("invalid device.pair.list params: at root: unexpected property 'x'"),
    ],
    ['device.pair.approve', { requestId: 'nope' }, invalid('unknown requestId')],
    ['device.token.revoke', { deviceId: 'x', role: '__proto__' }, invalid('unknown deviceId/role')],
    ['test.refuse', {}, { code: 'UNAVAILABLE', message: 'policy says no', details: { why: 'x' } }],
  ])('answers %s %j with the exact error', async (method, params, error) => {
    const raw = await admin();
    expect((await raw.request(method, params)).error).toEqual(error);
  });

  it('hides an unknown method from a client that is not admin', async () => {
    const { url } = await startTestGateway();
    const raw = await openRaw(url);
    await helloAs(raw, {
      token: testToken,
      identity: newTestIdentity(),
      scopes: ['operator.read'],
    });
    const response = await raw.request('no.such.method', {});
    expect(response.error).toEqual(invalid('missing scope: operator.admin'));
  });

  it.each(['test.crash', 'test.crash-later', 'test.unserialisable'])(
    'answers a defect in %s with an id only; the text is in the log',
    async (method) => {
      const raw = await admin();
      const { error } = await raw.request(method, {});
      expect(error).toEqual({
        code: 'UNAVAILABLE',
        message: expect.stringMatching(/^internal error [0-9a-f-]{36}$/),
      });
      const id = error?.message.split(' ').at(-1);
      expect(JSON.stringify(raw.gatewayLog)).toContain(id);
    },
  );

  it('leaves payload away when there is none, and allows a first answer before the last', async () => {
    const raw = await admin();
    expect(await raw.request('test.nothing')).toEqual({ type: 'res', id: 'r2', ok: true });
    const first = await raw.request('test.twice', {}, 'twice');
    const second = await raw.response('twice');
    expect([first.payload, second.payload]).toEqual([{ status: 'accepted' }, { status: 'done' }]);
  });

  it('bounds how many calls may wait and aborts them when their client goes away', async () => {
    const raw = await admin();
    aborted = 0;
    for (let n = 0; n < 1_024; n += 1) {
      raw.send({ type: 'req', id: `wait-${n}`, method: 'test.wait', params: {} });
    }
    const response = await raw.request('test.echo', {});
    expect(response.error).toEqual({ code: 'UNAVAILABLE', message: 'too many requests in flight' });
    raw.close();
    await expect.poll(() => aborted).toBe(1_024);
  });
});

describe('frame size (gateway §1, S26)', () => {
  const frameOf = (bytes: number, id = 'big') => {
    const head = `{"type":"req","id":"${id}","method":"test.echo","params":{"pad":"`;
    return `${head}${'x'.repeat(bytes - head.length - 3)}"}}`;
  };

  it('answers exactly 524288 bytes and closes 1009 without a reason above', async () => {
    const raw = await admin();
    raw.send(frameOf(524_288));
    expect((await raw.response('big')).ok).toBe(true);
    raw.send(frameOf(524_289));
    expect(await raw.closed).toEqual({ code: 1009, reason: '' });
  });

  it('accepts 65536 bytes before connect and closes 1009 above', async () => {
    const { url } = await startTestGateway();
    const good = await openRaw(url);
    good.send(frameOf(65_536));
    expect((await good.response('big')).error?.message).toMatch(/^invalid handshake/);
    const big = await openRaw(url);
    big.send(frameOf(65_537));
    expect(await big.closed).toEqual({ code: 1009, reason: '' });
  });
});
