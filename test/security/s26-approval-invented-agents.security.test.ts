import { expect, test } from 'vitest';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import { createExecApprovalsFeature } from '#host/gateway/features/exec-approvals.ts';
import { createFakePresenter } from '#support/approvals.ts';
import { createFakeGateway } from '#support/fake-gateway.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

test('S26: a device that invents agents leaves room for another device', async () => {
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
  desk.attach(createFakePresenter('one-at-a-time'));
  const ask = (deviceId: string, agentId: string) => {
    const client = gateway.connect({ deviceId, scopes: ['operator.approvals'] });
    return gateway.call(client, 'exec.approval.request', { command: 'id', agentId });
  };
  const flood = Array.from({ length: 200 }, (_, index) => ask('one', `agent-${index}`));
  expect(desk.list()).toHaveLength(40);
  expect(await flood[40]).toMatchObject({ decision: null });
  void ask('two', 'honest');
  expect(desk.list().at(-1)?.subject.agentId).toBe('honest');
  desk.close();
  await Promise.all(flood);
});
