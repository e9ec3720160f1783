import { describe, expect, it, onTestFinished } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import type { PairingAnswer } from '#core/pairing/types.ts';
import type { AuditEntry, Notification } from '#core/ports.ts';
import { openPairingDesk } from '#host/node/pairing-desk.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { createFakeLink, settled, wireDevice, wireNode } from '#support/pairing.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const ann = { surface: 'window', who: 'ann' } as const;

async function bench() {
  const clock = createVirtualClock();
  const fake = createFakeLink();
  fake.lists({ device: [wireDevice('d1')], node: [wireNode('n1')] });
  const rows: AuditEntry[] = [];
  const told: Notification[] = [];
  const desk = openPairingDesk({
    link: fake.link,
    clock,
    ids: createFakeIds(),
    hasher: fakeHasher,
    log: createFakeLogger(),
    audit: { record: (row) => void rows.push(row) },
    notifier: {
      async notify(notification) {
        told.push(notification);
      },
    },
  });
  onTestFinished(() => desk.stop());
  await settled();
  const answerTo = (
    requestId: string,
    decision: PairingAnswer['decision'] = 'approve',
  ): PairingAnswer => {
    const request = desk.list().find((one) => one.requestId === requestId);
    if (!request) throw new Error(`${requestId} is not on the list`);
    return { kind: request.kind, requestId, digest: request.digest, decision };
  };
  const sent = () => fake.asked.filter(({ method }) => !method.endsWith('.list'));
  return { ...fake, clock, desk, rows, told, answerTo, sent };
}

describe('answering who wants to be let in', () => {
  it.each([
    [
      'd1',
      'approve',
      'device.pair.approve',
      'allowed',
      'Let in a device: "build box" (claimed), device-d1',
    ],
    [
      'd1',
      'reject',
      'device.pair.reject',
      'denied',
      'Turned away a device: "build box" (claimed), device-d1',
    ],
    [
      'n1',
      'approve',
      'node.pair.approve',
      'allowed',
      'Let in a node: "old phone" (claimed), node-n1',
    ],
    [
      'n1',
      'reject',
      'node.pair.reject',
      'denied',
      'Turned away a node: "old phone" (claimed), node-n1',
    ],
  ] as const)(
    '%s %s: sends the answer and writes it down',
    async (requestId, decision, method, outcome, commandText) => {
      const { desk, answer, answerTo, sent, rows, told } = await bench();
      answer(method, () => ({ requestId }));
      expect(await desk.decide(answerTo(requestId, decision), ann)).toBe('done');
      expect(sent()).toEqual([{ method, params: { requestId } }]);
      expect(desk.list().map((one) => one.requestId)).not.toContain(requestId);
      expect(rows).toMatchObject([
        {
          transport: 'companion',
          commandText,
          outcome,
          decidedBy: 'person',
          surface: 'window:ann',
        },
      ]);
      expect(told).toEqual([]);
    },
  );

  it('S24: an answer to other words than those that wait now changes nothing', async () => {
    const { desk, answerTo, sent, event } = await bench();
    const answer = answerTo('d1');
    event('device.pair.requested', wireDevice('d1', { scopes: ['operator.admin'] }));
    expect(await desk.decide(answer, ann)).toBe('changed');
    expect(sent()).toEqual([]);
  });

  it('S24: looks once more before it answers: what was swapped without an event is not let in', async () => {
    const { desk, answerTo, sent, lists, rows } = await bench();
    const answer = answerTo('d1');
    lists({ device: [wireDevice('d1', { scopes: ['operator.admin'] })] });
    expect(await desk.decide(answer, ann)).toBe('changed');
    expect(sent()).toEqual([]);
    expect(rows).toEqual([]);
    expect(desk.list()[0]?.scopes).toEqual(['operator.admin']);
  });

  it.each([
    ['it was never there', { kind: 'device', requestId: 'other' }],
    ['it is of the other kind', { kind: 'node', requestId: 'd1' }],
  ] as const)('gone: %s', async (_why, over) => {
    const { desk, answerTo, sent } = await bench();
    expect(await desk.decide({ ...answerTo('d1'), ...over }, ann)).toBe('gone');
    expect(sent()).toEqual([]);
  });

  it('gone: the Gateway no longer lists it, or no longer knows it', async () => {
    const { desk, answer, answerTo, lists, sent } = await bench();
    answer('node.pair.reject', () => {
      throw new CompanionError('INVALID_REQUEST', 'unknown requestId');
    });
    expect(await desk.decide(answerTo('n1', 'reject'), ann)).toBe('gone');
    const device = answerTo('d1');
    lists({});
    expect(await desk.decide(device, ann)).toBe('gone');
    expect(sent().map(({ method }) => method)).toEqual(['node.pair.reject']);
    expect(desk.list()).toEqual([]);
  });

  it('one request gets one answer, however often it is pressed', async () => {
    const { desk, answer, answerTo, sent } = await bench();
    answer('device.pair.approve', () => ({}));
    const twice = [desk.decide(answerTo('d1'), ann), desk.decide(answerTo('d1', 'reject'), ann)];
    expect(await Promise.all(twice)).toEqual(['done', 'gone']);
    expect(sent()).toHaveLength(1);
  });

  it('an answer that the Gateway did not confirm is in the history, and the request stays', async () => {
    const { desk, answer, answerTo, rows } = await bench();
    answer('device.pair.approve', () => {
      throw new CompanionError('TIMEOUT', 'the Gateway did not answer');
    });
    await expect(desk.decide(answerTo('d1'), ann)).rejects.toThrow('did not answer');
    expect(rows).toMatchObject([
      { outcome: 'allowed', reason: expect.stringContaining('not confirmed') },
    ]);
    expect(desk.list()).toHaveLength(2);
  });

  it('S22: what the Gateway refuses to this companion is an error, not an answer', async () => {
    const { desk, answer, answerTo, rows } = await bench();
    answer('device.pair.approve', () => {
      throw new CompanionError('INVALID_REQUEST', 'missing scope: operator.admin');
    });
    await expect(desk.decide(answerTo('d1'), ann)).rejects.toThrow('missing scope');
    expect(rows).toEqual([]);
    expect(desk.list()).toHaveLength(2);
  });

  it('tells when somebody else answered, and only then', async () => {
    const { event, told, desk, answerTo, answer } = await bench();
    event('node.pair.resolved', { requestId: 'n1', decision: 'rejected' });
    event('device.pair.resolved', { requestId: 'let in by itself', decision: 'approved' });
    answer('device.pair.approve', () => {
      event('device.pair.resolved', { requestId: 'd1', decision: 'approved' });
      return {};
    });
    expect(await desk.decide(answerTo('d1'), ann)).toBe('done');
    event('device.pair.resolved', { requestId: 'd1', decision: 'approved' });
    expect(told).toMatchObject([
      { title: 'Node pairing rejected', body: expect.stringContaining('"old phone" (claimed)') },
    ]);
  });

  it('never answers by itself, however long something waits and whatever it asks for', async () => {
    const { clock, sent, event, lose, connect } = await bench();
    event('device.pair.requested', wireDevice('s', { silent: true, isRepair: true }));
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000);
      await settled();
    }
    lose();
    connect();
    await settled();
    expect(sent()).toEqual([]);
  });

  it('a closing prompt cannot approve: after stop nothing is sent, not even what was on its way', async () => {
    const { desk, answer, answerTo, sent } = await bench();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    answer('device.pair.list', () => promise);
    const wanted = answerTo('d1');
    const pending = desk.decide(wanted, ann);
    desk.stop();
    resolve({ pending: [wireDevice('d1')], paired: [] });
    await expect(pending).rejects.toThrow('stopping');
    await expect(desk.decide(wanted, ann)).rejects.toThrow('stopping');
    expect(sent()).toEqual([]);
  });
});
