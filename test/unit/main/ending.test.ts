import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endInOrder } from '#main/ending.ts';
import { createFakeElectron } from '#support/fake-electron.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

function bench() {
  const { app, module } = createFakeElectron();
  const process = new EventEmitter();
  const clock = createVirtualClock();
  const log = createFakeLogger();
  const ending = endInOrder({
    app: module.app,
    process: process as NodeJS.Process,
    clock,
    log: () => log,
  });
  const { promise: undone, resolve, reject } = Promise.withResolvers<void>();
  let undoing = 0;
  ending.undo(() => {
    undoing += 1;
    return undone;
  });
  const events = () => log.lines.map(({ event }) => event);
  const ended = () => new Promise<void>((done) => app.once('quit', () => done()));
  return { app, process, clock, resolve, reject, events, ended, undoing: () => undoing };
}

it('undoes what was started, then ends with 0, whatever else is asked meanwhile', async () => {
  const { app, resolve, ended, undoing, clock } = bench();
  app.quit();
  app.quit();
  expect([undoing(), app.exitCode]).toEqual([1, null]);
  const end = ended();
  resolve();
  await end;
  expect([app.exitCode, clock.waiting]).toEqual([0, 0]);
});

it.each(['SIGINT', 'SIGTERM'])('%s is a quit', (signal) => {
  const { app, process } = bench();
  process.emit(signal);
  expect(app.calls).toEqual([['quit']]);
});

it('a quit that takes too long ends with 0: launchd must not undo it', () => {
  const { app, clock, events } = bench();
  app.quit();
  clock.advance(2_799);
  expect(app.exitCode).toBeNull();
  clock.advance(1);
  expect([app.exitCode, events()]).toEqual([0, ['desktop.stop.late']]);
});

it('a quit that fails ends with 0', async () => {
  const { app, reject, ended, events } = bench();
  app.quit();
  const end = ended();
  reject(new Error('no'));
  await end;
  expect([app.exitCode, events()]).toEqual([0, ['desktop.stop.failed']]);
});

it('an error that nobody caught ends with 1 in the same order and the same time', () => {
  const { app, process, clock, undoing } = bench();
  process.emit('uncaughtException', new Error('defect'));
  process.emit('unhandledRejection', 'another');
  expect([undoing(), app.exitCode]).toEqual([1, null]);
  clock.advance(2_800);
  expect(app.exitCode).toBe(1);
});

it.each(['before', 'after'])('an error %s a quit does not bring the app back', (when) => {
  const { app, process, clock } = bench();
  const fault = () => process.emit('unhandledRejection', new Error('defect'));
  if (when === 'before') fault();
  app.quit();
  if (when === 'after') fault();
  clock.advance(2_800);
  expect(app.exitCode).toBe(0);
});
