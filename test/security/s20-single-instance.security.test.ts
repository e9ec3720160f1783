import { EventEmitter } from 'node:events';
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { flavourOf } from '#main/flavour.ts';
import { createLaunchedAgain } from '#main/launched-again.ts';
import { claimSingleInstance, type Launch } from '#main/single-instance.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Electron's `app`, as far as the lock goes; `userData` → the copy that holds its lock. */
function createCopies() {
  const holders = new Map<string, EventEmitter>();
  return (isPackaged = true) => {
    const events = new EventEmitter();
    const calls: string[] = [];
    let userData = 'default';
    const app = Object.assign(events, {
      isPackaged,
      setPath: (name: string, path: string) => {
        calls.push(`setPath ${name} ${path}`);
        if (!existsSync(path)) throw new Error(`${path} does not exist`);
        userData = path;
      },
      requestSingleInstanceLock: (data?: Record<string, unknown>) => {
        calls.push('lock');
        const holder = holders.get(userData);
        if (holder === undefined) holders.set(userData, events);
        // A copy gets the other's data as JSON.
        else holder.emit('second-instance', {}, [], '/', JSON.parse(JSON.stringify(data ?? null)));
        return holder === undefined;
      },
      exit: (code = 0) => {
        calls.push(`exit ${code}`);
      },
    });
    return { app: app as unknown as App, events, calls };
  };
}

describe('S20: two copies of the app', () => {
  it('the lock is the first thing; the second copy ends with 0 and does nothing else', () => {
    const copy = createCopies();
    const root = tempDir();
    const first = copy();
    const second = copy();
    expect(claimSingleInstance(first.app, root, [])).not.toBeNull();
    expect(first.calls).toEqual([`setPath userData ${join(root, 'desktop')}`, 'lock']);
    expect(claimSingleInstance(second.app, root, [])).toBeNull();
    expect(second.calls).toEqual([...first.calls, 'exit 0']);
    expect(second.events.eventNames()).toEqual([]);
  });

  it('of 200 starts exactly one goes on', () => {
    const copy = createCopies();
    const root = tempDir();
    const claims = Array.from({ length: 200 }, () => claimSingleInstance(copy().app, root, []));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it('a second launch opens the window, one before there is a window too', () => {
    const copy = createCopies();
    const root = tempDir();
    const first = claimSingleInstance(copy().app, root, []);
    claimSingleInstance(copy().app, root, []);
    const open = vi.fn();
    first?.onLaunchedAgain(open);
    expect(open).toHaveBeenCalledTimes(1);
    claimSingleInstance(copy().app, root, []);
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('the launch of the system opens nothing', () => {
    const copy = createCopies();
    const root = tempDir();
    const open = vi.fn();
    claimSingleInstance(copy().app, root, ['app'])?.onLaunchedAgain(open);
    claimSingleInstance(copy().app, root, ['app', '--launched-at-login']);
    expect(open).not.toHaveBeenCalled();
  });

  it.each([null, 'x', [], {}, { atLogin: 'true' }, { atLogin: false, open: 'https://evil' }])(
    'what a second copy sends (%j) can do no more than open the window',
    (data) => {
      const { app, events } = createCopies()();
      const open = vi.fn();
      claimSingleInstance(app, tempDir(), [])?.onLaunchedAgain(open);
      events.emit('second-instance', {}, ['--evil'], '/evil', data);
      expect(open.mock.calls).toEqual([[{ links: [] }]]);
    },
  );

  it('a launch with deep links opens the window, and hands them on read', () => {
    const copy = createCopies();
    const root = tempDir();
    const { app, events } = copy();
    const opened: Launch[] = [];
    claimSingleInstance(app, root, [])?.onLaunchedAgain((launch) => opened.push(launch));
    const link = 'openclaw://agent?message=x';
    claimSingleInstance(copy().app, root, ['app', '--x', link, 'openclaw://other']);
    events.emit('open-url', { preventDefault: vi.fn() }, link);
    const many = { atLogin: false, links: new Array(5).fill(link) };
    events.emit('second-instance', {}, [], '/', many);
    expect(opened).toEqual([
      { links: [{ message: 'x' }, null] },
      { links: [{ message: 'x' }] },
      { links: [] },
    ]);
  });

  it('a deep link does nothing but open the window, and its text stays out of the log', () => {
    const log = createFakeLogger();
    const open = vi.fn();
    createLaunchedAgain({ open, log })({ links: [{ message: 'secret' }, null] });
    expect(open).toHaveBeenCalledTimes(1);
    expect(log.lines.map(({ event, fields }) => [event, fields])).toEqual([
      ['deep-link.ignored', { readable: true }],
      ['deep-link.ignored', { readable: false }],
    ]);
  });

  it('the Dock opens the window of the running copy, but not at its own start', () => {
    const { app, events } = createCopies()();
    const instance = claimSingleInstance(app, tempDir(), []);
    events.emit('activate');
    const open = vi.fn();
    instance?.onLaunchedAgain(open);
    expect(open).not.toHaveBeenCalled();
    events.emit('activate');
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('release and debug, and two state directories, have locks of their own', () => {
    const copy = createCopies();
    const root = tempDir();
    expect(flavourOf({ isPackaged: false }).bundleId).toBe('ai.openclaw.companion.debug');
    expect(claimSingleInstance(copy(true).app, root, [])).not.toBeNull();
    expect(claimSingleInstance(copy(false).app, root, [])).not.toBeNull();
    expect(claimSingleInstance(copy(true).app, tempDir(), [])).not.toBeNull();
    expect(claimSingleInstance(copy(false).app, root, [])).toBeNull();
  });
});

describe('S20, S21: what is already where the lock goes', () => {
  it.each<[string, (path: string) => void]>([
    ['a symbolic link', (path) => symlinkSync(tempDir(), path)],
    ['a dangling link', (path) => symlinkSync('/nowhere', path)],
    ['a file', (path) => writeFileSync(path, '')],
    [
      'a folder others can write',
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
    ],
  ])('%s is refused, and no lock is asked for', (_what, put) => {
    const root = tempDir();
    put(join(root, 'desktop'));
    const { app, calls } = createCopies()();
    expect(() => claimSingleInstance(app, root, [])).toThrow(
      expect.objectContaining({ code: 'UNSAFE_PATH' }),
    );
    expect(calls).toEqual([]);
  });

  it('a folder that others can read is closed first', () => {
    const root = tempDir();
    mkdirSync(join(root, 'desktop'));
    chmodSync(join(root, 'desktop'), 0o755);
    claimSingleInstance(createCopies()().app, root, []);
    expect(statSync(join(root, 'desktop')).mode & 0o777).toBe(0o700);
  });
});
