import { expect, test } from 'vitest';
import type { Descent } from '#host/sockets/ancestry.ts';
import type { TcpEnds } from '#host/sockets/tcp-descent.ts';
import { connectAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';

/** A Gateway that asks this about whoever wants to decide. */
async function gatewayWith(answer: (ends: TcpEnds) => Promise<Descent> | null) {
  const asked: TcpEnds[] = [];
  const gateway = await startTestGateway({
    descent(ends) {
      asked.push(ends);
      return answer(ends);
    },
  });
  const connect = async (scopes: readonly string[]) => {
    const raw = await openRaw(gateway.url);
    return {
      raw,
      response: await connectAs(raw, { token: testToken, scopes, identity: newTestIdentity() }),
    };
  };
  return { ...gateway, asked, connect };
}

const says = (descent: Descent) => () => Promise.resolve(descent);

const deciding = ['operator.admin', 'operator.approvals', 'operator.pairing'];

test.each(deciding)('D12: a command of ours does not get %s, and is not paired', async (scope) => {
  const { connect, devices, asked, port } = await gatewayWith(says('descendant'));
  const { raw, response } = await connect(['operator.read', scope]);
  expect(response).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', details: { code: 'OWN_COMMAND' } },
  });
  expect(await raw.closed).toMatchObject({ code: 1008 });
  expect(devices.list()).toEqual({ pending: [], paired: [] });
  expect(asked).toEqual([{ peerPort: expect.any(Number), ownPort: port }]);
});

test('D12: it may read, ask and run like any other client', async () => {
  const { connect, asked } = await gatewayWith(says('descendant'));
  const { response } = await connect(['operator.read', 'operator.write']);
  expect(response).toMatchObject({ ok: true });
  expect(asked).toEqual([]);
});

test('D12: who cannot be identified does not decide now, and may try again', async () => {
  const { connect } = await gatewayWith(says('unknown'));
  expect((await connect(deciding)).response).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', retryable: true, details: { code: 'UNKNOWN_PROCESS' } },
  });
});

test('D12: everybody else gets what they ask for', async () => {
  for (const answer of [says('outside'), () => null]) {
    const { connect } = await gatewayWith(answer);
    expect((await connect(deciding)).response).toMatchObject({ ok: true });
  }
});

test('D12: a client that talks before it is known is closed, and never gets in', async () => {
  const { promise, resolve } = Promise.withResolvers<Descent>();
  const { url, gateway } = await gatewayWith(() => promise);
  const raw = await openRaw(url);
  const hello = connectAs(raw, { token: testToken, scopes: deciding, identity: newTestIdentity() });
  const refused = expect(hello).rejects.toThrow('connection closed');
  await expect.poll(() => raw.frames.length).toBe(1);
  raw.send({ type: 'req', id: 'early', method: 'device.pair.list' });
  expect(await raw.closed).toMatchObject({ code: 1008, reason: 'request before hello-ok' });
  resolve('outside');
  await refused;
  expect(gateway.broadcaster.sessions.size).toBe(0);
});

test('D12: a check that fails lets nobody in and ends nothing but the connection', async () => {
  const { url, connect } = await gatewayWith(() => Promise.reject(new Error('no /proc')));
  const raw = await openRaw(url);
  const hello = connectAs(raw, { token: testToken, scopes: deciding, identity: newTestIdentity() });
  await expect(hello).rejects.toThrow('connection closed');
  expect(await raw.closed).toMatchObject({ code: 1011 });
  expect((await connect([])).response).toMatchObject({ ok: true });
});
