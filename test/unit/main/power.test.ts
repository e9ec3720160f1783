import { expect, test } from 'vitest';
import { followPower, presenceOf } from '#main/power.ts';
import { createFakeElectron } from '#support/fake-electron.ts';

function bench({ isLocked = false } = {}) {
  const { powerMonitor, module } = createFakeElectron();
  powerMonitor.isLocked = isLocked;
  const told: (string | boolean)[] = [];
  const stop = followPower({
    powerMonitor: module.powerMonitor,
    wokeUp: () => void told.push('woke'),
    setAway: (isAway) => void told.push(isAway),
  });
  const emit = (...events: readonly string[]) => {
    for (const event of events) powerMonitor.emit(event);
    return told.splice(0);
  };
  return { powerMonitor, emit, stop };
}

test.each([
  ['suspend', 'resume'],
  ['lock-screen', 'unlock-screen'],
])(
  'AP-10: from %s to %s nobody can see anything; what ran out is over before that ends',
  (begin, end) => {
    const { powerMonitor, emit, stop } = bench();
    expect(emit('on-battery')).toEqual([]);
    expect(emit(begin)).toEqual([true]);
    expect(emit(end)).toEqual(['woke', false]);
    stop();
    expect(emit(begin, end)).toEqual([]);
    expect(powerMonitor.eventNames()).toEqual([]);
  },
);

test('AP-10: a computer that wakes up to a locked screen is still away until it is unlocked', () => {
  const { emit } = bench();
  expect(emit('suspend', 'lock-screen', 'resume')).toEqual([true, true, 'woke', true]);
  expect(emit('unlock-screen')).toEqual(['woke', false]);
});

test('AP-10: where the screen is locked already, nobody can see anything from the start', () => {
  const { emit } = bench({ isLocked: true });
  expect(emit()).toEqual([true]);
  expect(emit('unlock-screen')).toEqual(['woke', false]);
});

test('presence is how long nobody touched anything, looked at when it is asked for', () => {
  const { powerMonitor, module } = createFakeElectron();
  const presence = presenceOf(module.powerMonitor);
  powerMonitor.idleSeconds = 90;
  expect(presence()).toEqual({ idleSeconds: 90 });
  powerMonitor.idleSeconds = 0;
  expect(presence()).toEqual({ idleSeconds: 0 });
});
