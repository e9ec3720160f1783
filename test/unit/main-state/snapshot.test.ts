import { describe, expect, it } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import { type Snapshot, snapshotSchema } from '#ipc/contract.ts';
import type { StatusFacts } from '#main/state/shown-status.ts';
import { createSnapshots } from '#main/state/snapshot.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { auditRowOf, statusFactsOf } from '#support/shown-state.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const nothingWaits = { current: null, waiting: [], last: null };

/** What these tests are not about. */
const others = {
  isWindowBroken: () => false,
  activity: () => [],
  pairing: () => ({ waiting: [], current: null }),
  shown: () => ({ section: null, toast: null }),
  marks: () => ({ history: 3, rules: 'abc', connection: 1 }),
  version: '1.2.3',
};

function bench(options: { readonly status?: () => StatusFacts; readonly history?: unknown } = {}) {
  const clock = createVirtualClock();
  const log = createFakeLogger();
  const world = { status: options.status ?? (() => statusFactsOf()), running: 0, looks: 0 };
  const snapshots = createSnapshots({
    approvals: () => {
      world.looks += 1;
      return nothingWaits;
    },
    status: () => world.status(),
    running: () => world.running,
    audit: {
      query: ({ decisionsOnly }) => {
        if (options.history instanceof Error) throw options.history;
        // What a person did with the companion itself is no decision about a command.
        return decisionsOnly ? [auditRowOf({ commandText: 'echo \u202Ehi' })] : [];
      },
    },
    ...others,
    clock,
    log,
  });
  const seen: Snapshot[] = [];
  snapshots.subscribe((snapshot) => void seen.push(snapshot));
  return { clock, log, world, snapshots, seen };
}

describe('snapshots', () => {
  it('fit the contract, and say what is known when nothing has happened', () => {
    const { snapshots, clock } = bench();
    const first = snapshots.current();
    expect(snapshotSchema.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      revision: 1,
      nowMs: clock.now(),
      approvals: nothingWaits,
      status: {
        version: '1.2.3',
        headline: 'Quiet',
        problem: null,
        gateway: {
          url: 'ws://127.0.0.1:18789',
          mode: 'own',
          node: true,
          operator: true,
          health: null,
        },
        recent: [{ text: 'echo \\u{202E}hi', outcome: 'allowed', decidedBy: 'rule' }],
      },
    });
  });

  it('are made once for many changes of one turn, each with a higher revision', () => {
    const { snapshots, clock, seen, world } = bench();
    for (let change = 0; change < 50; change += 1) snapshots.changed();
    expect(seen).toEqual([]);
    clock.advance(0);
    expect(seen.map(({ revision }) => revision)).toEqual([1]);
    expect(world.looks).toBe(1);
    snapshots.changed();
    clock.advance(0);
    expect(seen.map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it('include what has just happened, for a page that asks at once', () => {
    const { snapshots, world, clock } = bench();
    expect(snapshots.current().status.headline).toBe('Quiet');
    world.running = 2;
    snapshots.changed();
    expect(snapshots.current()).toMatchObject({
      revision: 2,
      status: { headline: '2 commands are running', running: 2 },
    });
    clock.advance(1_000);
    // No new state, but the time of this moment: a page counts down from it.
    expect(snapshots.current()).toMatchObject({ revision: 2, nowMs: clock.now() });
  });

  it('are not made for every command of a busy agent', () => {
    const { snapshots, clock, seen } = bench();
    for (let ms = 0; ms < 1_000; ms += 1) {
      snapshots.decided();
      clock.advance(1);
    }
    expect(seen.length).toBeLessThanOrEqual(4);
    expect(seen.length).toBeGreaterThan(1);
  });

  it('do not keep a question waiting behind what was decided without a person', () => {
    const { snapshots, clock, seen } = bench();
    snapshots.decided();
    snapshots.changed();
    clock.advance(0);
    expect(seen).toHaveLength(1);
    clock.advance(1_000);
    expect(seen).toHaveLength(1);
  });

  it('say that a pause is over when it is, and hold no timer when there is none', () => {
    const { snapshots, clock, seen, world } = bench();
    snapshots.current();
    expect(clock.waiting).toBe(0);
    const untilMs = clock.now() + 600_000;
    world.status = () =>
      statusFactsOf({ pausedAgents: clock.now() < untilMs ? [{ agent: 'main', untilMs }] : [] });
    expect(snapshots.current().status.headline).toBe('Quiet');
    snapshots.changed();
    clock.advance(599_999);
    expect(seen.at(-1)?.status.headline).toBe('Paused: "main" (claimed)');
    clock.advance(1);
    expect(seen.at(-1)?.status).toMatchObject({ headline: 'Quiet', pausedAgents: [] });
    expect(clock.waiting).toBe(0);
  });

  it('put what is wrong first, with what to do', () => {
    const { snapshots, world } = bench();
    const { policy, gateway } = statusFactsOf();
    world.status = () =>
      statusFactsOf({ policy: { ...policy, problem: 'The file is \u202Enot valid.' } });
    expect(snapshots.current().status).toMatchObject({
      headline: 'Needs attention',
      problem:
        'The file is \\u{202E}not valid. Everything is denied until that file is mended; see: openclaw-mac policy list',
    });
    world.status = () =>
      statusFactsOf({
        gateway: { ...gateway, mode: 'attached', connected: { node: true, operator: false } },
      });
    snapshots.changed();
    expect(snapshots.current().status.problem).toContain(
      'Not connected to the Gateway at ws://127.0.0.1:18789',
    );
  });

  it('say "Starting" until there is a status, and pass other failures on', () => {
    const starting = bench({
      status: () => {
        throw new CompanionError('UNAVAILABLE', 'The companion is still starting');
      },
    });
    expect(starting.snapshots.current().status).toMatchObject({
      headline: 'Starting',
      recent: [{ outcome: 'allowed' }],
    });
    for (const failure of [new Error('a bug'), new CompanionError('STATE', 'no policy')]) {
      const broken = bench({
        status: () => {
          throw failure;
        },
      });
      expect(() => broken.snapshots.current()).toThrow(failure);
    }
  });

  it('are made without a history that cannot be read, and without a page that fails', () => {
    const { snapshots, log, clock, seen } = bench({ history: new Error('disk gone') });
    snapshots.subscribe(() => {
      throw new Error('window destroyed');
    });
    const after: number[] = [];
    snapshots.subscribe(({ revision }) => void after.push(revision));
    snapshots.changed();
    clock.advance(0);
    expect(seen[0]?.status.recent).toEqual([]);
    expect(after).toEqual([1]);
    expect(log.lines.map(({ event }) => event)).toEqual([
      'snapshot.history.failed',
      'snapshot.listener.failed',
    ]);
  });

  it('stop when closed, with no timer left', () => {
    const { snapshots, clock, seen } = bench({
      status: () => statusFactsOf({ pausedAgents: [{ agent: 'a', untilMs: 9e12 }] }),
    });
    snapshots.current();
    snapshots.changed();
    snapshots.close();
    snapshots.changed();
    snapshots.decided();
    expect(clock.waiting).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it('shorten a long command of the history without breaking a character', () => {
    const long = `${'x'.repeat(298)}${'👍'.repeat(40)}`;
    const snapshots = createSnapshots({
      approvals: () => nothingWaits,
      status: () => statusFactsOf(),
      running: () => 0,
      audit: { query: () => [auditRowOf({ commandText: long })] },
      ...others,
      clock: createVirtualClock(),
      log: createFakeLogger(),
    });
    expect(snapshots.current().status.recent[0]?.text).toBe(`${'x'.repeat(298)}…`);
  });
});
