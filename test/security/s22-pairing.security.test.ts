import { describe, expect, it, vi } from 'vitest';
import type { PairingRequest } from '#core/pairing/types.ts';
import { shownPairing } from '#main/state/shown-pairing.ts';
import { type InProcessCompanion, startInProcess } from '#support/in-process-companion.ts';
import {
  type ConnectAs,
  connectAs,
  newTestIdentity,
  openRaw,
} from '#support/raw-gateway-client.ts';

const ann = { surface: 'window', who: 'ann' } as const;
const remote = { headers: { 'x-forwarded-for': '192.0.2.7' } };

async function knock(running: InProcessCompanion, as: Partial<ConnectAs>) {
  const raw = await openRaw(running.url, remote);
  return connectAs(raw, { token: running.token(), ...as });
}

function waiting({ companion }: InProcessCompanion, count: number) {
  return vi.waitFor(() => {
    const list = companion.pairing.list();
    if (list.length !== count) throw new Error(`${list.length} wait`);
    return list;
  });
}

const approve = ({ companion }: InProcessCompanion, { kind, requestId, digest }: PairingRequest) =>
  companion.pairing.decide({ kind, requestId, digest, decision: 'approve' }, ann);

describe('S22: a device gets what a person read, and nothing it says besides', () => {
  it('what it asks for is in words; asking for more while it waits changes nothing', async () => {
    const running = await startInProcess();
    const identity = newTestIdentity();
    const read = { identity, scopes: ['operator.read'] };
    const admin = { identity, scopes: ['operator.read', 'operator.admin'] };
    expect((await knock(running, read)).error?.code).toBe('NOT_PAIRED');
    const [request] = await waiting(running, 1);
    if (!request) throw new Error('nobody waits');
    expect(shownPairing(request).means).toEqual(['It may read what your agents and nodes do.']);
    expect((await knock(running, admin)).error?.code).toBe('NOT_PAIRED');
    expect(await approve(running, request)).toBe('done');

    expect((await knock(running, read)).ok).toBe(true);
    expect((await knock(running, admin)).error?.code).toBe('NOT_PAIRED');
    const [more] = await waiting(running, 1);
    expect(more && shownPairing(more).means).toEqual([
      'It was let in before. Now it asks for more, or comes with another key.',
      'It may do everything: run commands, answer in your place, change settings, let others in.',
      'It may read what your agents and nodes do.',
    ]);
  });

  it('S24: an answer to one request never lets another in', async () => {
    const running = await startInProcess();
    const [mine, other] = [newTestIdentity(), newTestIdentity()];
    await knock(running, { identity: mine, scopes: ['operator.read'] });
    await knock(running, { identity: other, scopes: ['operator.admin'] });
    const list = await waiting(running, 2);
    const [first, second] = list;
    if (!first || !second) throw new Error('two wait');
    // The id of one with the words of the other.
    expect(await approve(running, { ...second, digest: first.digest })).toBe('changed');
    expect(await approve(running, { ...first, kind: 'node' })).toBe('gone');
    expect(running.companion.pairing.list()).toHaveLength(2);
    expect((await knock(running, { identity: other, scopes: ['operator.admin'] })).ok).toBe(false);
  });

  it('S26: a flood of requests stays small; what the Gateway forgot in it is found out before it is answered', async () => {
    const running = await startInProcess();
    for (let wave = 0; wave < 3; wave += 1) {
      const all = Array.from({ length: 50 }, () =>
        knock(running, { identity: newTestIdentity(), scopes: ['operator.read'] }),
      );
      await Promise.all(all);
    }
    const list = await vi.waitFor(() => {
      const now = running.companion.pairing.list();
      if (now.length !== 128) throw new Error(`${now.length} wait`);
      return now;
    });
    expect(running.companion.connection.links().operator.kind).toBe('connected');
    const [first] = list;
    if (!first) throw new Error('nobody waits');
    // The Gateway forgot the oldest: that is found out before anything is answered.
    expect(await approve(running, first)).toBe('gone');
  });
});
