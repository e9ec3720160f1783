import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCleanup } from '#host/cleanup.ts';
import { endInOrder, startUndoable } from '#main/ending.ts';
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
  const undo = { resolve, reject, undoing: () => undoing };
  return { app, process, clock, log, ending, events, ended, ...undo };
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

describe('a start that waits for the Gateway', () => {
  function startBench() {
    const { app, ending, ended, clock, log } = bench();
    const cleanup = createCleanup(log);
    const gateway = Promise.withResolvers<void>();
    const undone: string[] = [];
    const undo = (name: string) => async () => {
      await new Promise(setImmediate);
      expect(app.exitCode).toBeNull();
      undone.push(name);
    };
    const started = startUndoable(ending, cleanup, async () => {
      cleanup.add('windows', undo('windows'));
      await gateway.promise;
      cleanup.add('companion', undo('companion'));
    });
    return { app, ended, clock, gateway, undone, started };
  }

  it('is undone by a quit in the middle with what it still made, before the app ends', async () => {
    const { app, ended, gateway, undone, started } = startBench();
    app.quit();
    expect([app.exitCode, undone]).toEqual([null, []]);
    const end = ended();
    gateway.resolve();
    await Promise.all([started, end]);
    expect([undone, app.exitCode]).toEqual([['companion', 'windows'], 0]);
  });

  it('is undone before its failure is told', async () => {
    const { gateway, undone, started } = startBench();
    gateway.reject(new Error('nobody there'));
    await expect(started).rejects.toThrow('nobody there');
    expect(undone).toEqual(['windows']);
  });

  it('is undone once when it fails after a quit', async () => {
    const { app, ended, gateway, undone, started } = startBench();
    app.quit();
    const end = ended();
    gateway.reject(new Error('nobody there'));
    await expect(started).rejects.toThrow('nobody there');
    await end;
    expect([undone, app.exitCode]).toEqual([['windows'], 0]);
  });

  it('is waited for no longer than any other end', () => {
    const { app, clock } = startBench();
    app.quit();
    clock.advance(2_800);
    expect(app.exitCode).toBe(0);
  });
});
