import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import { createFakePresenter } from '#support/approvals.ts';
import { pendingApproval, startControlSocket } from '#support/control-socket.ts';
import { createFakeGateway } from '#support/fake-gateway.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { runCli } from '#support/programs.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function setup() {
  const gateway = createFakeGateway();
  const shared = { clock: createVirtualClock(), ids: createFakeIds(), hasher: fakeHasher };
  const desk = createApprovalQueue({ ...shared, log: createFakeLogger() });
  gateway.use(
    createExecApprovalsFeature({
      ...shared,
      broadcaster: gateway.broadcaster,
      desk,
      grants: { add: () => undefined },
      foresee: () => null,
      hasRunInFlight: () => false,
    }),
  );
  const terminal = createFakePresenter('one-at-a-time');
  desk.attach(terminal);
  const operator = (deviceId: string) =>
    gateway.connect({ deviceId, scopes: ['operator.approvals'] });
  return { gateway, desk, terminal, operator };
}

test('S24: an id that a client chose stands for its request on the wire, and nowhere a person types', async () => {
  const { gateway, desk, terminal, operator } = setup();
  const ui = operator('ui');
  const asker = operator('asker');
  const asked = gateway.call(asker, 'exec.approval.request', { id: 'mine', command: 'id' });
  const [question] = desk.list();
  expect(question?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(desk.get('mine')).toBeNull();
  expect([...terminal.open.keys()]).toEqual([question?.id]);

  expect(ui.of('exec.approval.requested')).toMatchObject([{ id: 'mine' }]);
  expect(await gateway.call(ui, 'exec.approval.list', {})).toMatchObject([{ id: 'mine' }]);
  expect(await gateway.call(ui, 'exec.approval.get', { id: 'mine' })).toMatchObject({ id: 'mine' });
  const resolve = { id: question?.id, decision: 'allow-once' };
  await expect(gateway.call(ui, 'exec.approval.resolve', resolve)).rejects.toMatchObject({
    message: 'unknown approval id',
  });
  await gateway.call(ui, 'exec.approval.resolve', { id: 'mine', decision: 'allow-once' });
  expect(await asked).toMatchObject({ id: 'mine', decision: 'allow-once' });
  expect(ui.of('exec.approval.resolved')).toMatchObject([{ id: 'mine', decision: 'allow-once' }]);
});

test('S24: a beginning of an id that others can meet on purpose allows nothing', async () => {
  const id = '12345678-90ab';
  const { path, answers } = await startControlSocket({ pending: { ...pendingApproval, id } });
  const mac = (...args: string[]) => runCli(dirname(path), ['approvals', ...args]);
  const short = await mac('allow-once', id.slice(0, 7));
  expect(short).toMatchObject({ code: 2, stdout: '' });
  expect(short.stderr).toContain('at least its first 8 characters');
  expect(answers).toEqual([]);
  expect(await mac('allow-once', id.slice(0, 8))).toMatchObject({ code: 0 });
  expect(await mac('deny', '1')).toMatchObject({ code: 0 });
  expect(answers).toMatchObject([
    { id, decision: 'allow-once' },
    { id, decision: 'deny' },
  ]);
});
