import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '#ipc/contract.ts';
import { shownStatus } from '#main/state/shown-status.ts';
import type { TrayActions } from '#main/tray/menu.ts';
import { createTray, type TrayDeps } from '#main/tray/tray.ts';
import { statusFactsOf } from '#support/shown-state.ts';

const iconsDir = join(import.meta.dirname, '../../../build/icons');
const iconAt = { x: 900, y: 0, width: 22, height: 22 };

function snapshotOf(revision: number, waiting: number): Snapshot {
  const quiet = { running: 0, activity: [], pairing: 0, isWindowBroken: false, recent: [] };
  const parts = { version: '1', status: statusFactsOf(), waiting, ...quiet };
  return {
    revision,
    nowMs: 1_000,
    approvals: { current: null, waiting: new Array(waiting).fill({}), last: null },
    pairing: { waiting: [], current: null },
    status: shownStatus(parts),
    section: null,
    toast: null,
    marks: { history: 0, rules: '', connection: 0 },
  };
}

interface FakeImage {
  readonly path: string;
  template: boolean;
  setTemplateImage(option: boolean): void;
}

class FakeTray extends EventEmitter {
  readonly given: readonly unknown[];
  readonly calls: [string, unknown][] = [];
  destroyed = false;
  constructor(...given: unknown[]) {
    super();
    this.given = given;
  }
  setImage = (image: FakeImage) => void this.calls.push(['image', image.path.split('/').at(-1)]);
  setToolTip = (text: string) => void this.calls.push(['tooltip', text]);
  setTitle = (text: string) => void this.calls.push(['title', text]);
  setContextMenu = (menu: unknown) => void this.calls.push(['menu', menu]);
  popUpContextMenu = (menu: unknown) => void this.calls.push(['popup', menu]);
  setIgnoreDoubleClickEvents = (on: boolean) => void this.calls.push(['double-clicks ignored', on]);
  getBounds = () => iconAt;
  isDestroyed = () => this.destroyed;
  destroy(): void {
    this.destroyed = true;
  }
}

function bench(platform: NodeJS.Platform, choosePolicy?: TrayActions['choosePolicy']) {
  const icons: FakeTray[] = [];
  const images: FakeImage[] = [];
  const electron = {
    Tray: class extends FakeTray {
      constructor(...given: unknown[]) {
        super(...given);
        icons.push(this);
      }
    },
    Menu: { buildFromTemplate: (template: unknown) => ({ template }) },
    nativeImage: {
      createFromPath(path: string): FakeImage {
        const image: FakeImage = {
          path,
          template: false,
          setTemplateImage(option) {
            image.template = option;
          },
        };
        images.push(image);
        return image;
      },
    },
  };
  let current = snapshotOf(1, 0);
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const toggleStatus = vi.fn();
  const tray = createTray({
    electron: electron as unknown as TrayDeps['electron'],
    platform,
    iconsDir,
    snapshots: {
      current: () => current,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    pausedAgents: () => [],
    actions: {
      showApprovals: vi.fn(),
      showStatus: vi.fn(),
      quit: vi.fn(),
      ...(choosePolicy && { choosePolicy }),
    },
    toggleStatus,
  });
  const [icon] = icons;
  if (!icon) throw new Error('no icon was made');
  const happen = (snapshot: Snapshot) => {
    current = snapshot;
    for (const listener of listeners) listener(snapshot);
  };
  return { tray, icon, images, listeners, happen, toggleStatus };
}

describe('tray', () => {
  it('shows the state by shape, in words, and on macOS as a number', () => {
    const { icon, images, happen } = bench('darwin');
    expect(icon.given).toEqual([images[0], expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    icon.calls.length = 0;
    happen(snapshotOf(2, 2));
    expect(icon.calls).toEqual([
      ['image', 'trayTemplate-waiting.png'],
      ['tooltip', 'OpenClaw Companion: 2 requests wait'],
      ['title', '2'],
    ]);
    expect(images.every(({ template, path }) => template && existsSync(path))).toBe(true);
  });

  it('draws nothing when nothing to be seen has changed', () => {
    const { icon, happen } = bench('darwin');
    icon.calls.length = 0;
    happen(snapshotOf(2, 0));
    expect(icon.calls).toEqual([]);
  });

  it('toggles the status at a left click and shows the menu of this moment at a right click', () => {
    const { icon, toggleStatus, happen } = bench('darwin');
    expect(icon.calls).toContainEqual(['double-clicks ignored', true]);
    icon.emit('click', {}, iconAt);
    expect(toggleStatus.mock.calls).toEqual([[iconAt]]);
    happen(snapshotOf(2, 3));
    icon.emit('right-click', {}, iconAt);
    const [, menu] = icon.calls.find(([what]) => what === 'popup') ?? [];
    expect(menu).toMatchObject({
      template: [{ label: '3 requests wait' }, {}, {}, {}, {}, {}, {}],
    });
    // A menu that is set would take the left click as well.
    expect(icon.calls.filter(([what]) => what === 'menu')).toEqual([]);
  });

  it('puts everything in the menu on Linux and sets it again after a change', () => {
    const { icon, happen, tray, images } = bench('linux');
    expect(icon.given).toHaveLength(1);
    happen(snapshotOf(2, 1));
    const menus = icon.calls.filter(([what]) => what === 'menu');
    expect(menus).toHaveLength(2);
    expect(menus[1]?.[1]).toMatchObject({ template: { 0: { label: '1 request waits' } } });
    expect(icon.calls).toContainEqual(['image', 'tray-waiting.png']);
    expect(images.every(({ template, path }) => !template && existsSync(path))).toBe(true);
    expect(icon.eventNames()).toEqual([]);
    expect(tray.bounds()).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });

  it('sets no new menu on Linux when it would be the same: an open one would close', () => {
    const { icon, happen } = bench('linux');
    happen(snapshotOf(2, 0));
    expect(icon.calls.filter(([what]) => what === 'menu')).toHaveLength(1);
  });

  it('shows on Linux which policy holds, whatever row was clicked and whatever came of it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { icon, happen } = bench('linux', () => promise);
    const menus = () => icon.calls.filter(([what]) => what === 'menu').map(([, menu]) => menu);
    const [first] = menus() as [{ template: MenuItemConstructorOptions[] }];
    const [row] = first.template.flatMap(({ submenu }) =>
      Array.isArray(submenu) ? submenu.filter(({ checked }) => !checked) : [],
    );
    // Electron marks that row; nothing it shows has changed.
    if (!row?.click) throw new Error('no policy to choose');
    (row.click as () => void)();
    happen(snapshotOf(2, 0));
    expect(menus()).toHaveLength(1);
    resolve();
    await promise;
    await Promise.resolve();
    happen(snapshotOf(3, 0));
    expect(menus()).toEqual([first, { template: expect.anything() }]);
    expect(JSON.stringify(menus()[1])).toBe(JSON.stringify(first));
  });

  it('goes away once, and hears nothing more', () => {
    const { tray, icon, listeners } = bench('darwin');
    expect(tray.bounds()).toEqual(iconAt);
    tray.close();
    tray.close();
    expect(icon.destroyed).toBe(true);
    expect(listeners.size).toBe(0);
  });
});
