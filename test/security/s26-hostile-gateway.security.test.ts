import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { createActivity } from '#core/desktop/activity.ts';
import type { Notification } from '#core/ports.ts';
import { followAgents } from '#host/node/agent-activity.ts';
import { openPairingDesk } from '#host/node/pairing-desk.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createFakeLink, settled, wireDevice } from '#support/pairing.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const log = createFakeLogger();

function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed / 1_000_000;
}

it('S26: of what agents are said to do, only the shown part of a text stays in memory', () => {
  const activity = createActivity({ clock: createVirtualClock(), log });
  const { link, event } = createFakeLink();
  onTestFinished(followAgents({ link, activity, log }));
  const before = heldMb();
  for (let at = 0; at < 32; at += 1) {
    const command = `echo of a session with the number ${at}\n${'x'.repeat(2_000_000)}`;
    const data = { phase: 'start', name: 'exec', toolCallId: 'c', args: { command } };
    const told = { runId: `run-${at}`, seq: 1, stream: 'tool', sessionKey: `s-${at}`, data };
    // As it comes over the wire: one text for each frame.
    event('agent', JSON.parse(JSON.stringify(told)));
  }
  expect(activity.list()[0]?.work).toMatchObject({ what: expect.stringMatching(/^echo of a/) });
  expect(heldMb() - before).toBeLessThan(24);
});

async function pairing() {
  const clock = createVirtualClock();
  const fake = createFakeLink();
  fake.lists({});
  const told: Notification[] = [];
  const desk = openPairingDesk({
    link: fake.link,
    clock,
    ids: createFakeIds(),
    hasher: fakeHasher,
    log,
    audit: { record: () => undefined },
    notifier: { notify: async (notification) => void told.push(notification) },
  });
  onTestFinished(() => desk.stop());
  await settled();
  return { ...fake, clock, desk, told };
}

it('S26: a Gateway that says without end that somebody answered does not fill the screen', async () => {
  const { clock, event, told } = await pairing();
  const answered = (requestId: string) => {
    event('device.pair.requested', wireDevice(requestId));
    event('device.pair.resolved', { requestId, decision: 'approved' });
  };
  for (let at = 0; at < 500; at += 1) answered(`d${at}`);
  expect(told).toHaveLength(1);
  clock.advance(5_000);
  answered('later');
  expect(told).toHaveLength(2);
});

it('S34: an answer that was sent is done, whoever fails to draw that', async () => {
  const { desk, lists, connect, answer } = await pairing();
  lists({ device: [wireDevice('d1')] });
  connect();
  await settled();
  const [request] = desk.list();
  if (!request) throw new Error('nobody waits');
  answer('device.pair.approve', () => ({}));
  desk.onChange(() => {
    throw new Error('no window');
  });
  const { kind, requestId, digest } = request;
  const decision = 'approve';
  const by = { surface: 'window', who: 'ann' } as const;
  expect(await desk.decide({ kind, requestId, digest, decision }, by)).toBe('done');
});
