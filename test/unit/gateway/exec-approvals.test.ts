import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalAsk, ApprovalPresenter } from '#core/approvals/types.ts';
import type { NewGrant } from '#host/gateway/approval-grants.ts';
import {
  createExecApprovalsFeature,
  type ExecApprovalsFeatureDeps,
} from '#host/gateway/features/exec-approvals.ts';
import { createFakeGateway, type FakeSession } from '#support/fake-gateway.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const facts = {
  command: 'uname -a',
  cwd: '/tmp',
  host: 'node',
  security: 'allowlist',
  ask: 'on-miss',
  agentId: 'main',
  resolvedPath: '/usr/bin/uname',
  sessionKey: 'agent:main:main',
};

type Foresee = ExecApprovalsFeatureDeps['foresee'];

/** @param foresee by default none of the runs can come to an exec host of ours. */
function setup(foresee: Foresee = () => null) {
  const clock = createVirtualClock();
  const gateway = createFakeGateway();
  const ids = createFakeIds();
  const desk = createApprovalQueue({ clock, ids, hasher: fakeHasher, log: createFakeLogger() });
  const grants: NewGrant[] = [];
  const feature = createExecApprovalsFeature({
    clock,
    ids,
    hasher: fakeHasher,
    broadcaster: gateway.broadcaster,
    desk,
    grants: { add: (grant) => grants.push(grant) },
    foresee,
    hasRunInFlight: () => false,
  });
  gateway.use(feature);
  const operator = (
    deviceId: string | null,
    scopes = ['operator.approvals'],
    displayName = deviceId,
  ) => gateway.connect({ deviceId, scopes, client: { displayName: displayName ?? 'no-device' } });
  const request = (by: FakeSession, params: object = {}) =>
    gateway.call(by, 'exec.approval.request', { command: 'uname -a', ...params });
  const resolve = (by: FakeSession, id: string, decision = 'allow-once') =>
    gateway.call(by, 'exec.approval.resolve', { id, decision });
  return { clock, gateway, desk, grants, feature, operator, request, resolve };
}

/** A question of the exec host, not of a Gateway client. */
const execAsk: ApprovalAsk = {
  kind: 'exec',
  subject: {
    commandText: '/usr/bin/id',
    argv: ['/usr/bin/id'],
    cwd: '/work',
    executable: '/usr/bin/id',
    agentId: 'main',
    sessionKey: null,
    nodeId: 'mac',
    host: null,
    security: 'allowlist',
    ask: 'on-miss',
    env: { LANG: 'C' },
    why: 'No rule allows it.',
    risks: [],
    always: [],
  },
  planDigest: 'd',
  offered: ['allow-once', 'deny'],
  timeoutMs: 60_000,
};

/** Another surface, so that the Gateway is not the only one. */
const local: ApprovalPresenter = {
  surface: 'control-socket',
  mode: 'all',
  present: () => undefined,
  clear: () => undefined,
};

test('a request blocks until an operator decides, with the recorded events (exec-approval-flow)', async () => {
  const { clock, operator, request, resolve } = setup();
  const asker = operator('asker', ['operator.admin']);
  const ui = operator('ui', ['operator.approvals', 'operator.read'], 'raw-operator');
  const reader = operator('reader', ['operator.read']);
  const answer = request(asker, { id: 'appr-1', ...facts, timeoutMs: 5000 });
  const requested = {
    id: 'appr-1',
    request: facts,
    createdAtMs: clock.now(),
    expiresAtMs: clock.now() + 5000,
  };
  expect(JSON.stringify(ui.of('exec.approval.requested'))).toBe(JSON.stringify([requested]));
  expect(asker.of('exec.approval.requested')).toEqual([requested]);

  clock.advance(100);
  expect(await resolve(ui, 'appr-1')).toEqual({ ok: true });
  const resolved = {
    id: 'appr-1',
    decision: 'allow-once',
    resolvedBy: 'raw-operator',
    ts: clock.now(),
  };
  expect(asker.of('exec.approval.resolved')).toEqual([resolved]);
  expect(ui.of('exec.approval.resolved')).toEqual([resolved]);
  expect(reader.events).toEqual([]);
  const { createdAtMs, expiresAtMs } = requested;
  expect(await answer).toEqual({ id: 'appr-1', decision: 'allow-once', createdAtMs, expiresAtMs });
});

test('absent facts travel as null', () => {
  const { operator, request } = setup();
  const ui = operator('ui');
  void request(operator('asker'), { id: 'a' });
  expect(ui.of('exec.approval.requested')).toMatchObject([
    {
      request: {
        command: 'uname -a',
        cwd: null,
        host: null,
        security: null,
        ask: null,
        agentId: null,
        resolvedPath: null,
        sessionKey: null,
      },
    },
  ]);
});

test('what nobody decides in time is null and clears as null, never as a deny (S34)', async () => {
  const { clock, operator, request, resolve } = setup();
  const ui = operator('ui');
  const answer = request(operator('asker'), { id: 'a', timeoutMs: 400 });
  clock.advance(400);
  expect(await answer).toMatchObject({ id: 'a', decision: null });
  expect(ui.of('exec.approval.resolved')).toEqual([
    { id: 'a', decision: null, resolvedBy: null, ts: clock.now(), outcome: 'expired' },
  ]);
  await expect(resolve(ui, 'a', 'deny')).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'unknown approval id',
  });
});

test('a request waits two minutes unless it says otherwise', async () => {
  const { clock, operator, request } = setup();
  const ui = operator('ui');
  const answer = request(ui, { id: 'a' });
  clock.advance(119_999);
  expect(ui.of('exec.approval.resolved')).toEqual([]);
  clock.advance(1);
  expect(await answer).toMatchObject({ decision: null });
});

test('a requester that goes away takes its question with it', () => {
  const { clock, gateway, operator, request } = setup();
  const ui = operator('ui');
  const asker = operator('asker');
  void request(asker, { id: 'a' });
  gateway.disconnect(asker);
  expect(ui.of('exec.approval.resolved')).toEqual([
    { id: 'a', decision: null, resolvedBy: null, ts: clock.now(), outcome: 'cancelled' },
  ]);
});

test('an id that is pending or was used lately cannot name another command (S24)', async () => {
  const { operator, request, resolve } = setup();
  const ui = operator('ui');
  const asker = operator('asker');
  const answer = request(asker, { id: 'a' });
  await expect(request(asker, { id: 'a', command: 'x' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'approval id already pending',
  });
  await resolve(ui, 'a', 'deny');
  expect(await answer).toMatchObject({ decision: 'deny' });
  await expect(request(asker, { id: 'a', command: 'x' })).rejects.toMatchObject({
    message: 'approval id already used; choose a new one',
  });
});

test('S24: no flood of other questions frees an id before its time', async () => {
  const { clock, operator, request, resolve } = setup();
  operator('ui');
  const asker = operator('asker');
  const askAndWithdraw = async (id: string) => {
    const answer = request(asker, { id });
    await resolve(asker, id, 'deny');
    await answer;
  };
  for (let n = 0; n < 16_384; n += 1) await askAndWithdraw(`id-${n}`);
  await expect(request(asker, { id: 'id-0', command: 'x' })).rejects.toMatchObject({
    message: 'approval id already used; choose a new one',
  });
  await expect(request(asker, { id: 'new' })).rejects.toMatchObject({
    message: 'too many approvals lately; ask without an id',
  });
  const answer = request(asker, { timeoutMs: 1 });
  clock.advance(1);
  expect(await answer).toMatchObject({ decision: null });
  clock.advance(300_000);
  await askAndWithdraw('new');
});

test('wrong answers have their recorded errors', async () => {
  const { operator, request, resolve } = setup();
  const ui = operator('ui');
  void request(operator('asker'), { id: 'a', unavailableDecisions: ['allow-always', 'deny'] });
  await expect(resolve(ui, 'a', 'maybe')).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'invalid decision',
  });
  await expect(resolve(ui, 'b')).rejects.toMatchObject({ message: 'unknown approval id' });
  await expect(resolve(ui, 'a', 'allow-always')).rejects.toMatchObject({
    message: 'allow-always is unavailable for this command',
  });
  expect(await resolve(ui, 'a', 'deny')).toEqual({ ok: true });
});

test('the same answer again is fine, another one comes too late, and both are forgotten', async () => {
  const { clock, operator, request, resolve } = setup();
  const ui = operator('ui');
  void request(operator('asker'), { id: 'a' });
  await resolve(ui, 'a', 'allow-once');
  expect(await resolve(ui, 'a', 'allow-once')).toEqual({ ok: true });
  await expect(resolve(ui, 'a', 'deny')).rejects.toMatchObject({
    message: 'approval already resolved',
    details: { reason: 'APPROVAL_ALREADY_RESOLVED' },
  });
  clock.advance(5 * 60_000);
  await expect(resolve(ui, 'a', 'allow-once')).rejects.toMatchObject({
    message: 'unknown approval id',
  });
});

test('questions of the exec host reach operators with what they need to decide', async () => {
  const { desk, operator, resolve } = setup();
  const ui = operator('ui');
  const { approval, outcome } = desk.ask(execAsk, new AbortController().signal);
  expect(ui.of('exec.approval.requested')).toEqual([
    {
      id: approval.id,
      request: {
        command: '/usr/bin/id',
        cwd: '/work',
        host: null,
        security: 'allowlist',
        ask: 'on-miss',
        agentId: 'main',
        resolvedPath: '/usr/bin/id',
        sessionKey: null,
        nodeId: 'mac',
        commandArgv: ['/usr/bin/id'],
        envKeys: ['LANG'],
        allowedDecisions: ['allow-once', 'deny'],
      },
      createdAtMs: approval.createdAtMs,
      expiresAtMs: approval.expiresAtMs,
    },
  ]);
  await resolve(ui, approval.id);
  expect(await outcome).toEqual({
    kind: 'allowed',
    decision: 'allow-once',
    by: { surface: 'gateway-operator', who: 'ui' },
  });
});

test('a decision on another surface clears every operator and names that surface', async () => {
  const { desk, operator, clock } = setup();
  const ui = operator('ui');
  const { approval } = desk.ask(execAsk, new AbortController().signal);
  desk.answer({
    id: approval.id,
    decision: 'deny',
    by: { surface: 'terminal', who: null },
    displayDigest: null,
  });
  expect(ui.of('exec.approval.resolved')).toEqual([
    { id: approval.id, decision: 'deny', resolvedBy: 'terminal', ts: clock.now() },
  ]);
});

test('the Gateway is a surface only while somebody who may decide is connected', async () => {
  const { gateway, desk, operator } = setup();
  const ask = () => desk.ask(execAsk, new AbortController().signal).outcome;
  operator('reader', ['operator.read', 'operator.write']);
  gateway.connect({ role: 'node', deviceId: 'mac' });
  expect(await ask()).toEqual({ kind: 'cancelled', why: 'no-presenter' });
  const one = operator('one');
  const two = operator('two', ['operator.admin']);
  const outcome = ask();
  gateway.disconnect(one);
  expect(desk.list()).toHaveLength(1);
  gateway.disconnect(two);
  expect(await outcome).toEqual({ kind: 'cancelled', why: 'presenter-gone' });
});

test('an operator that connects late is told once what waits already', () => {
  const { desk, operator } = setup();
  desk.attach(local);
  desk.ask(execAsk, new AbortController().signal);
  const first = operator('first');
  const second = operator('second');
  expect(first.of('exec.approval.requested')).toHaveLength(1);
  expect(second.of('exec.approval.requested')).toHaveLength(1);
});

test('list and get show what waits', async () => {
  const { gateway, operator, request } = setup();
  const ui = operator('ui');
  void request(operator('asker'), { id: 'a', ...facts });
  expect(await gateway.call(ui, 'exec.approval.list')).toEqual(ui.of('exec.approval.requested'));
  expect(await gateway.call(ui, 'exec.approval.get', { id: 'a' })).toMatchObject({
    id: 'a',
    commandText: 'uname -a',
    allowedDecisions: ['allow-once', 'allow-always', 'deny'],
    agentId: 'main',
  });
  await expect(gateway.call(ui, 'exec.approval.get', { id: 'b' })).rejects.toMatchObject({
    message: 'unknown approval id',
  });
});

test('a two-phase request is accepted first, survives its connection, and is waited for by id', async () => {
  const { gateway, operator, request, resolve } = setup();
  const ui = operator('ui');
  const asker = operator('asker');
  void request(asker, { id: 'a', twoPhase: true });
  expect(gateway.accepted).toMatchObject([{ status: 'accepted', id: 'a' }]);
  gateway.disconnect(asker);
  const back = operator('asker');
  const wait = gateway.call(back, 'exec.approval.waitDecision', { id: 'a' });
  await resolve(ui, 'a', 'deny');
  expect(await wait).toMatchObject({ id: 'a', decision: 'deny' });
  expect(await gateway.call(back, 'exec.approval.waitDecision', { id: 'a' })).toMatchObject({
    decision: 'deny',
  });
});

test('who waits learns why nobody decided (S34)', async () => {
  const { gateway, clock, operator, request } = setup();
  const ui = operator('ui');
  void request(ui, { id: 'a', timeoutMs: 10 });
  const wait = gateway.call(ui, 'exec.approval.waitDecision', { id: 'a' });
  clock.advance(10);
  expect(await wait).toMatchObject({ decision: null, terminalReason: 'expired' });
  await expect(gateway.call(ui, 'exec.approval.waitDecision', { id: 'b' })).rejects.toMatchObject({
    message: 'approval expired or not found',
  });
});

test('a command nobody could read is refused, not cut', async () => {
  const { desk, operator, request } = setup();
  await expect(request(operator('asker'), { command: 'x'.repeat(65_537) })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  });
  expect(desk.list()).toEqual([]);
});

test('only what a person allowed becomes a grant, bound to what was shown (D6)', async () => {
  const foresee: Foresee = ({ text, nodeId, hasEnv }) => {
    const digests = new Set(hasEnv ? [] : [text]);
    const run = { digests, facts: null, isOnceOnly: false, granted: () => null };
    return nodeId === 'elsewhere' ? null : Promise.resolve(run);
  };
  const { clock, desk, grants, operator, request: send, resolve } = setup(foresee);
  const request = async (by: FakeSession, params: object) => {
    void send(by, params);
    await setImmediate();
  };
  const ui = operator('ui');
  const asker = operator('asker');
  await request(asker, { id: 'a', ...facts });
  // The id the audit knows it by.
  const approvalId = desk.list()[0]?.id;
  await resolve(ui, 'a', 'allow-always');
  await request(asker, { id: 'b' });
  await resolve(ui, 'b', 'deny');
  await request(asker, { id: 'c', timeoutMs: 1 });
  clock.advance(1);
  await request(asker, { id: 'd', env: { X: '1' } });
  await resolve(ui, 'd');
  await request(asker, { id: 'e', nodeId: 'mac', commandArgv: ['uname', '-a'] });
  await resolve(ui, 'e');
  await request(asker, { id: 'f', nodeId: 'elsewhere' });
  await resolve(ui, 'f');
  await Promise.resolve();
  const by = { surface: 'gateway-operator', who: 'ui' };
  expect(grants).toMatchObject([
    {
      approvalId,
      outcome: { decision: 'allow-always', by },
      digests: new Set(['uname -a']),
      always: null,
      cwd: '/tmp',
      agentId: 'main',
      sessionKey: 'agent:main:main',
      nodeId: null,
    },
    {
      outcome: { decision: 'allow-once', by },
      digests: new Set(['uname -a']),
      nodeId: 'mac',
    },
  ]);
});

test('stopping cancels what waits and leaves no timer', async () => {
  const { clock, desk, feature, operator, request } = setup();
  desk.attach(local);
  const answer = request(operator('asker'), { id: 'a', twoPhase: true });
  feature.stop?.();
  expect(await answer).toMatchObject({ decision: null });
  expect(clock.waiting).toBe(0);
});
