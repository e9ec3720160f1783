import { describe, expect, it } from 'vitest';
import type { FakeSession } from '#support/fake-gateway.ts';
import { createNodesBench, macNode, requestsOf } from '#support/gateway-nodes.ts';

function setup() {
  const bench = createNodesBench();
  const { gateway, feature } = bench;
  gateway.use(feature);
  const node = gateway.connect(macNode());
  const connect = () => gateway.connect({ scopes: ['operator.write'], deviceId: 'agent' });
  const invoke = (by: FakeSession, command = 'system.run') => {
    const call = { nodeId: 'mac', command, idempotencyKey: 'k', timeoutMs: 600_000 };
    const answer = gateway.call(by, 'node.invoke', call);
    answer.catch(() => undefined);
    return answer;
  };
  const cancelled = () => node.of('node.invoke.cancel');
  return { ...bench, node, connect, invoke, cancelled };
}

describe('a caller that leaves while its node.invoke is under way', () => {
  it('has its call cancelled at the node after a moment to come back', () => {
    const { clock, gateway, node, connect, invoke, cancelled } = setup();
    const agent = connect();
    void invoke(agent);
    gateway.disconnect(agent);
    clock.advance(2_999);
    expect(cancelled()).toEqual([]);
    clock.advance(1);
    expect(cancelled()).toEqual([{ id: requestsOf(node)[0]?.id }]);
  });

  it('keeps it when it asks again on a new connection, and gets the one answer', async () => {
    const { clock, gateway, node, connect, invoke, cancelled } = setup();
    const first = connect();
    void invoke(first);
    gateway.disconnect(first);
    clock.advance(2_000);
    const answer = invoke(connect());
    clock.advance(60_000);
    expect(cancelled()).toEqual([]);
    expect(requestsOf(node)).toHaveLength(1);
    const result = { id: requestsOf(node)[0]?.id, nodeId: 'mac', ok: true, payloadJSON: '1' };
    await gateway.call(node, 'node.invoke.result', result);
    expect(await answer).toMatchObject({ payload: 1 });
  });

  it('keeps it as long as one of two connections that asked is there', () => {
    const { clock, gateway, connect, invoke, cancelled } = setup();
    const [one, two] = [connect(), connect()];
    void invoke(one);
    void invoke(two);
    gateway.disconnect(one);
    clock.advance(10_000);
    expect(cancelled()).toEqual([]);
    gateway.disconnect(two);
    clock.advance(3_000);
    expect(cancelled()).toHaveLength(1);
  });

  it('is forgotten once the node has answered; nothing is left behind', async () => {
    const { clock, gateway, node, feature, connect, invoke, cancelled } = setup();
    const agent = connect();
    const answer = invoke(agent);
    const result = { id: requestsOf(node)[0]?.id, nodeId: 'mac', ok: true };
    await gateway.call(node, 'node.invoke.result', result);
    await answer;
    gateway.disconnect(agent);
    clock.advance(3_000);
    expect(cancelled()).toEqual([]);
    feature.stop?.();
    expect(clock.waiting).toBe(0);
  });

  it('commands that ask nobody are left to their own deadline', () => {
    const { clock, gateway, connect, invoke, cancelled } = setup();
    const agent = connect();
    void invoke(agent, 'system.which');
    gateway.disconnect(agent);
    clock.advance(5_000);
    expect(cancelled()).toEqual([]);
  });

  it('stopping the Gateway in that moment leaves no timer', () => {
    const { clock, gateway, feature, connect, invoke } = setup();
    const agent = connect();
    void invoke(agent);
    gateway.disconnect(agent);
    feature.stop?.();
    expect(clock.waiting).toBe(0);
  });
});
