import { expect, test, vi } from 'vitest';
import { followPower, presenceOf } from '#main/power.ts';
import { createFakeElectron } from '#support/fake-electron.ts';

test('AP-10: after sleep and after unlocking, the companion is told, and only then', () => {
  const { powerMonitor, module } = createFakeElectron();
  const wokeUp = vi.fn();
  const stop = followPower({ powerMonitor: module.powerMonitor, wokeUp });
  for (const event of ['suspend', 'lock-screen', 'on-battery']) powerMonitor.emit(event);
  expect(wokeUp).not.toHaveBeenCalled();
  powerMonitor.emit('resume');
  powerMonitor.emit('unlock-screen');
  expect(wokeUp.mock.calls).toEqual([[], []]);
  stop();
  powerMonitor.emit('resume');
  expect(wokeUp).toHaveBeenCalledTimes(2);
  expect(powerMonitor.eventNames()).toEqual([]);
});

test('presence is how long nobody touched anything, looked at when it is asked for', () => {
  const { powerMonitor, module } = createFakeElectron();
  const presence = presenceOf(module.powerMonitor);
  powerMonitor.idleSeconds = 90;
  expect(presence()).toEqual({ idleSeconds: 90 });
  powerMonitor.idleSeconds = 0;
  expect(presence()).toEqual({ idleSeconds: 0 });
});
