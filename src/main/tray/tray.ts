import { join } from 'node:path';
import type * as Electron from 'electron';
import type { Menu, NativeImage, Rectangle, Tray as TrayIcon } from 'electron';
import { type TrayFacts, type TrayShape, trayState } from '#core/desktop/tray-state.ts';
import type { Snapshot } from '#ipc/contract.ts';
import type { Snapshots } from '../state/snapshot.ts';
import { type TrayActions, type TrayMenuInput, trayMenu } from './menu.ts';

export interface TrayDeps {
  readonly electron: Pick<typeof Electron, 'Tray' | 'Menu' | 'nativeImage'>;
  readonly platform: NodeJS.Platform;
  /** Folder with the generated icons (`build/icons`). */
  readonly iconsDir: string;
  readonly snapshots: Pick<Snapshots, 'current' | 'subscribe'>;
  readonly pausedAgents: () => TrayMenuInput['pausedAgents'];
  /** Nodes of the Gateway that are connected; absent where nobody knows. */
  readonly nodes?: () => TrayMenuInput['nodes'];
  readonly actions: TrayActions;
  /** A click on the icon; where it is, for the popover. Linux tells of no clicks. */
  readonly toggleStatus: (icon: Rectangle) => void;
}

export interface Tray {
  /** Where the icon is; a size of 0 where the system does not tell. */
  bounds(): Rectangle;
  close(): void;
}

/** By it macOS keeps the icon's place in the menu bar between starts; never to be changed. */
const guid = 'b1f0c7f4-6a0e-4c52-9d4b-2f7b0a3c5e91';

/** Electron destroys an icon that nothing refers to. */
let kept: TrayIcon | null = null;

/** Shows the icon and keeps it true to the snapshots. */
export function createTray(deps: TrayDeps): Tray {
  const { electron, platform, snapshots } = deps;
  const image = imagesByShape(deps);
  const menuOf = (snapshot: Snapshot): Menu =>
    electron.Menu.buildFromTemplate(trayMenu(inputOf(deps, snapshot)));
  const first = trayState(factsOf(snapshots.current()));
  const icon = new electron.Tray(
    image(first.shape),
    ...(platform === 'darwin' ? ([guid] as const) : []),
  );
  kept = icon;

  const show = createDrawing(icon, image, platform);
  const setMenu = createMenuSetting(deps, icon);
  const update = (snapshot: Snapshot): void => {
    show(factsOf(snapshot));
    if (platform === 'linux') setMenu(snapshot);
  };
  if (platform !== 'linux') {
    icon.on('click', (_event, bounds) => deps.toggleStatus(bounds));
    // Made at the click: a menu that is set would take the left click as well.
    icon.on('right-click', () => icon.popUpContextMenu(menuOf(snapshots.current())));
  }
  if (platform === 'darwin') icon.setIgnoreDoubleClickEvents(true);
  update(snapshots.current());
  const unsubscribe = snapshots.subscribe(update);
  return {
    bounds: () => (platform === 'linux' ? { x: 0, y: 0, width: 0, height: 0 } : icon.getBounds()),
    close() {
      unsubscribe();
      if (!icon.isDestroyed()) icon.destroy();
      if (kept === icon) kept = null;
    },
  };
}

function factsOf({ approvals, pairing, status }: Snapshot): TrayFacts {
  const { headline, problem, running = 0, activity, pausedAgents, standstill } = status;
  return {
    headline,
    problem,
    waiting: approvals.waiting.length + pairing.waiting.length,
    running: Math.max(running, activity.length),
    pausedAgents: pausedAgents.length,
    standsStill: standstill !== null,
  };
}

function inputOf({ pausedAgents, nodes, actions }: TrayDeps, snapshot: Snapshot): TrayMenuInput {
  return { snapshot, pausedAgents: pausedAgents(), nodes: nodes?.() ?? [], actions };
}

/** Linux takes a menu as it is, so a changed one is set again; the same one would close under a hand. */
function createMenuSetting(deps: TrayDeps, icon: TrayIcon): (snapshot: Snapshot) => void {
  let set = '';
  const { choosePolicy } = deps.actions;
  const setMenu = (snapshot: Snapshot): void => {
    const input = { ...inputOf(deps, snapshot), actions };
    const template = trayMenu(input);
    const text = JSON.stringify([template, input.pausedAgents]);
    if (text === set || icon.isDestroyed()) return;
    set = text;
    icon.setContextMenu(deps.electron.Menu.buildFromTemplate(template));
  };
  // The row that was clicked is marked by that, whatever becomes of the choice.
  const actions: TrayActions = choosePolicy
    ? {
        ...deps.actions,
        async choosePolicy(choice) {
          await choosePolicy(choice);
          set = '';
          setMenu(deps.snapshots.current());
        },
      }
    : deps.actions;
  return setMenu;
}

/** Draws only what differs: every call reaches the system's panel. */
function createDrawing(
  icon: TrayIcon,
  image: (shape: TrayShape) => NativeImage,
  platform: NodeJS.Platform,
): (facts: TrayFacts) => void {
  const drawn = new Map<string, string>();
  const draw = (what: string, text: string, how: () => void) => {
    if (drawn.get(what) === text) return;
    drawn.set(what, text);
    how();
  };
  return (facts) => {
    const { shape, title, tooltip } = trayState(facts);
    draw('shape', shape, () => icon.setImage(image(shape)));
    draw('tooltip', tooltip, () => icon.setToolTip(tooltip));
    if (platform === 'darwin') draw('title', title, () => icon.setTitle(title));
  };
}

/**
 * macOS draws a template image in the colour of its menu bar; elsewhere the panel may be light or
 * dark and nobody tells, so those images carry an outline.
 */
function imagesByShape({ electron, platform, iconsDir }: TrayDeps): (s: TrayShape) => NativeImage {
  const loaded = new Map<TrayShape, NativeImage>();
  return (shape) => {
    const known = loaded.get(shape);
    if (known) return known;
    const isMac = platform === 'darwin';
    const name = isMac ? `trayTemplate-${shape}.png` : `tray-${shape}.png`;
    const image = electron.nativeImage.createFromPath(join(iconsDir, name));
    // The state stands behind `Template` in the name, so the name alone does not say it.
    if (isMac) image.setTemplateImage(true);
    loaded.set(shape, image);
    return image;
  };
}
