import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNodePairingFeature } from '#host/gateway/features/node-pairing.ts';
import type { GatewayCore } from '#host/gateway/gateway.ts';
import type { Session } from '#host/gateway/types.ts';
import { ensurePrivateDir } from '#host/store/state-dir.ts';
import {
  nodePairApproveResultSchema,
  nodePairListResultSchema,
  nodePairRequestResultSchema,
} from '#protocol/gateway-nodes.ts';
import { createFakeBroadcaster, createFakeSession } from '#support/fake-broadcaster.ts';
import { createFakeIds, createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function setUp(dir = join(tempDir(), 'nodes')) {
  const clock = createVirtualClock();
  const broadcaster = createFakeBroadcaster();
  const log = createFakeLogger();
  const pairedPath = join(dir, 'paired.json');
  const pendingPath = join(dir, 'pending.json');
  const sessions = new Set<Session>();
  const closed: [Session, string][] = [];
  const closeSessions: GatewayCore['closeSessions'] = (matches, _code, reason) => {
    for (const one of sessions) if (matches(one)) closed.push([one, reason]);
  };
  const files = { pendingPath, pairedPath };
  const deps = { ...files, clock, ids: createFakeIds(), log, broadcaster, closeSessions };
  const feature = createNodePairingFeature(deps);
  const session = createFakeSession({ scopes: ['operator.pairing'] });
  const call = async (method: string, params: unknown = {}) =>
    feature.methods[method]?.(params, { session, signal: new AbortController().signal });
  const request = async (params: object) =>
    nodePairRequestResultSchema.parse(await call('node.pair.request', params));
  const approve = async (requestId: string) =>
    nodePairApproveResultSchema.parse(await call('node.pair.approve', { requestId }));
  const list = async () => nodePairListResultSchema.parse(await call('node.pair.list'));
  const asked = { call, request, approve, list };
  return { dir, pairedPath, clock, broadcaster, log, feature, sessions, closed, ...asked };
}

const facts = {
  nodeId: 'n1',
  displayName: 'Legacy',
  caps: ['canvas'],
  commands: ['canvas.present'],
};

describe('legacy node pairing', () => {
  test('request, approve, verify and repair go as recorded', async () => {
    const { call, request, approve, list, broadcaster, clock } = setUp();
    const first = await request({ ...facts, silent: false });
    expect(first).toMatchObject({ status: 'pending', created: true });
    expect(first.request).toEqual({
      requestId: first.request.requestId,
      ...facts,
      silent: false,
      isRepair: false,
      ts: clock.now(),
    });
    expect(await request({ nodeId: 'n1' })).toEqual({ ...first, created: false });

    const { requestId, node } = await approve(first.request.requestId);
    const { token } = node;
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(node).toEqual({ ...facts, token, createdAtMs: clock.now(), approvedAtMs: clock.now() });
    expect(await list()).toEqual({ pending: [], paired: [node] });
    expect(await call('node.pair.verify', { nodeId: 'n1', token })).toEqual({ ok: true, node });
    expect(await call('node.pair.verify', { nodeId: 'n1', token: 'bad' })).toEqual({ ok: false });
    expect(await call('node.pair.verify', { nodeId: 'n2', token })).toEqual({ ok: false });

    const again = await request({ nodeId: 'n1' });
    expect(again.request.isRepair).toBe(true);
    const rejected = { requestId: again.request.requestId, nodeId: 'n1' };
    expect(await call('node.pair.reject', { requestId: rejected.requestId })).toEqual(rejected);

    expect(broadcaster.sent.map(({ event, payload }) => [event, payload])).toEqual([
      ['node.pair.requested', first.request],
      ['node.pair.resolved', { requestId, nodeId: 'n1', decision: 'approved', ts: clock.now() }],
      ['node.pair.requested', again.request],
      ['node.pair.resolved', { ...rejected, decision: 'rejected', ts: clock.now() }],
    ]);
  });

  test('a removed node is gone from the store at once, its token opens nothing, its connections end', async () => {
    const { call, request, approve, list, broadcaster, clock, sessions, closed, pairedPath } =
      setUp();
    const { node } = await approve((await request(facts)).request.requestId);
    const { node: other } = await approve((await request({ nodeId: 'n2' })).request.requestId);
    const named = (id: string, role: 'operator' | 'node' = 'node') =>
      createFakeSession({ role, deviceId: id });
    const live = named('n1');
    for (const one of [live, named('n2'), named('n1', 'operator')]) sessions.add(one);

    expect(await call('node.pair.remove', { nodeId: 'n1' })).toEqual({ nodeId: 'n1' });
    expect(closed).toEqual([[live, 'node pairing removed']]);
    expect(Object.keys(JSON.parse(readFileSync(pairedPath, 'utf8')))).toEqual(['n2']);
    const { token } = node;
    expect(await call('node.pair.verify', { nodeId: 'n1', token })).toEqual({ ok: false });
    expect((await list()).paired).toEqual([other]);
    expect(broadcaster.sent.at(-1)).toMatchObject({
      event: 'node.pair.resolved',
      payload: { requestId: '', nodeId: 'n1', decision: 'removed', ts: clock.now() },
    });
    for (const nodeId of ['n1', 'never']) {
      await expect(call('node.pair.remove', { nodeId })).rejects.toThrow('unknown nodeId');
    }
    expect((await request(facts)).request.isRepair).toBe(false);
  });

  test('only operators with pairing or admin hear of it', async () => {
    const { request, broadcaster } = setUp();
    await request(facts);
    const to = broadcaster.sent[0]?.options?.to;
    const hears = (role: 'operator' | 'node', ...scopes: string[]) =>
      to?.(createFakeSession({ role, scopes }));
    expect(hears('operator', 'operator.pairing')).toBe(true);
    expect(hears('operator', 'operator.admin')).toBe(true);
    expect(hears('operator', 'operator.read', 'operator.write')).toBe(false);
    expect(hears('node', 'operator.admin')).toBe(false);
  });

  test('a decided, outdated or unknown request cannot be decided', async () => {
    const { call, request, approve, clock } = setUp();
    const { requestId } = (await request(facts)).request;
    const results = await Promise.allSettled([
      approve(requestId),
      call('node.pair.reject', { requestId }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const late = (await request({ nodeId: 'late' })).request.requestId;
    clock.advance(5 * 60_000 + 1);
    for (const id of [requestId, late, 'nope']) {
      await expect(call('node.pair.approve', { requestId: id })).rejects.toThrow(
        'unknown requestId',
      );
    }
  });

  test('requests are bounded: the oldest goes', async () => {
    const { call, request, list, clock } = setUp();
    const first = await request({ nodeId: 'n-0' });
    for (let n = 1; n <= 128; n += 1) {
      clock.advance(1);
      await request({ nodeId: `n-${n}` });
    }
    expect((await list()).pending).toHaveLength(128);
    const { requestId } = first.request;
    await expect(call('node.pair.approve', { requestId })).rejects.toThrow('unknown requestId');
  });

  test('an approval is on disk, mode 0600, before it is answered, and survives a restart', async () => {
    const one = setUp();
    const { node } = await one.approve((await one.request(facts)).request.requestId);
    expect(statSync(one.pairedPath).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(one.pairedPath, 'utf8'))).toEqual({ n1: node });
    expect(await one.feature.rename('n1', 'New name')).toBe(true);
    expect(await one.feature.rename('n2', 'New name')).toBe(false);

    const two = setUp(one.dir);
    await two.feature.load();
    expect(await two.list()).toEqual({
      pending: [],
      paired: [{ ...node, displayName: 'New name' }],
    });
  });

  test('a damaged store trusts nobody, and no token reaches the log (S30)', async () => {
    const { dir, pairedPath, feature, list, log, call, request, approve } = setUp();
    ensurePrivateDir(dir);
    writeFileSync(pairedPath, '{"n1":{"nodeId":"n1","token":"LEAK"', { mode: 0o600 });
    await feature.load();
    expect(await list()).toEqual({ pending: [], paired: [] });
    expect(log.lines.map(({ level }) => level)).toEqual(['error']);
    const { node } = await approve((await request(facts)).request.requestId);
    await call('node.pair.verify', { nodeId: 'n1', token: 'wrong' });
    expect(JSON.stringify(log.lines)).not.toMatch(new RegExp(`LEAK|${node.token}`));
  });
});
