import { describe, expect, test } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { maxPauseMs, standstillStateSchema } from '#protocol/control-socket.ts';
import { startControlSocket } from '#support/control-socket.ts';
import { standstillBench } from '#support/standstill.ts';

const by = { surface: 'control-socket', who: `pid ${process.pid}` };

describe('control.sock: standstill', () => {
  test('begins and ends for the process that asks, and tells what holds', async () => {
    const { book, clock, saved } = standstillBench();
    const { path } = await startControlSocket({ standstill: book });
    const call = async (request: Parameters<typeof callControl>[1]) =>
      standstillStateSchema.parse(await callControl(path, request));
    const sinceMs = clock.now();
    const standstill = { by, sinceMs, untilMs: sinceMs + 900_000 };
    expect(await call({ op: 'standstill.begin', forMs: 900_000 })).toEqual({
      standstill,
      problem: null,
    });
    expect(book.current()).toEqual(standstill);
    const forEver = await call({ op: 'standstill.begin', forMs: null });
    expect(forEver).toMatchObject({ standstill: { untilMs: null } });
    expect(await call({ op: 'standstill.end' })).toMatchObject({
      standstill: null,
      ended: { untilMs: null },
    });
    expect(await call({ op: 'standstill.end' })).toMatchObject({ standstill: null, ended: null });
    expect(saved).toHaveLength(3);
  });

  test('says so when a pause would not outlive the companion', async () => {
    const { book, failWith } = standstillBench();
    failWith(new Error('disk full'));
    const { path } = await startControlSocket({ standstill: book });
    expect(await callControl(path, { op: 'standstill.begin', forMs: null })).toMatchObject({
      standstill: { by },
      problem: expect.stringContaining('disk full'),
    });
  });

  test.each([0, -1, 0.5, maxPauseMs + 1])('takes no pause of %s ms', async (forMs) => {
    const { book } = standstillBench();
    const { path } = await startControlSocket({ standstill: book });
    const call = callControl(path, { op: 'standstill.begin', forMs });
    await expect(call).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(book.current()).toBeNull();
  });

  test.each(['descendant', 'unknown'] as const)(
    'D12: a process whose descent is %s neither begins nor ends it',
    async (descent) => {
      const { book } = standstillBench();
      const { path } = await startControlSocket({
        standstill: book,
        descent: () => Promise.resolve(descent),
      });
      for (const request of [
        { op: 'standstill.begin', forMs: null },
        { op: 'standstill.end' },
      ] as const) {
        await expect(callControl(path, request)).rejects.toMatchObject({ code: 'DENIED' });
      }
      expect(book.current()).toBeNull();
      book.begin(null, { surface: 'window', who: null });
      const end = callControl(path, { op: 'standstill.end' });
      await expect(end).rejects.toMatchObject({ code: 'DENIED' });
      expect(book.current()).not.toBeNull();
    },
  );
});
