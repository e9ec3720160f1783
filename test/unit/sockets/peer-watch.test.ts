import { expect, test } from 'vitest';
import type { Native } from '#host/sockets/native.ts';
import { createPeerWatch } from '#host/sockets/peer-watch.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function fixture() {
  const clock = createVirtualClock();
  const gone = new Set<number>();
  const looks: number[][] = [];
  const native: Native = {
    hungUp(fds) {
      looks.push([...fds]);
      return new Set(fds.filter((fd) => gone.has(fd)));
    },
    tryLock: () => true,
    unlock: () => undefined,
    peerCredentials: () => ({ uid: 0, pid: null }),
    sessionId: () => null,
    adoptOrphans: () => false,
    dropTyped: () => undefined,
    collect: () => true,
  };
  return { clock, gone, looks, watch: createPeerWatch(native, clock) };
}

test('looks at all watched peers in one call, every 250 ms', () => {
  const { clock, looks, watch } = fixture();
  watch.watch(5, () => undefined);
  watch.watch(6, () => undefined);
  clock.advance(750);
  expect(looks).toEqual([
    [5, 6],
    [5, 6],
    [5, 6],
  ]);
});

test('tells of a leave once and goes on watching the others', () => {
  const { clock, gone, looks, watch } = fixture();
  const told: number[] = [];
  watch.watch(5, () => told.push(5));
  watch.watch(6, () => told.push(6));
  gone.add(5);
  clock.advance(1_000);
  expect(told).toEqual([5]);
  expect(looks.at(-1)).toEqual([6]);
});

test('has no timer when nobody is watched', () => {
  const { clock, gone, watch } = fixture();
  expect(clock.waiting).toBe(0);
  const cancel = watch.watch(5, () => undefined);
  expect(clock.waiting).toBe(1);
  cancel();
  cancel();
  expect(clock.waiting).toBe(0);
  watch.watch(6, () => undefined);
  gone.add(6);
  clock.advance(250);
  expect(clock.waiting).toBe(0);
});

test('a descriptor that was given to a new connection is not unwatched by the old one', () => {
  const { clock, gone, watch } = fixture();
  const told: string[] = [];
  const cancelOld = watch.watch(5, () => told.push('old'));
  watch.watch(5, () => told.push('new'));
  cancelOld();
  gone.add(5);
  clock.advance(250);
  expect(told).toEqual(['new']);
});
