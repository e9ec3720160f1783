import { EventEmitter } from 'node:events';
import type { App, CommandLine, Dock } from 'electron';
import { prevented } from './fake-electron-events.ts';
import { strict } from './fake-electron-strict.ts';

export interface FakeAppOptions {
  readonly platform: 'darwin' | 'linux';
  readonly packaged: boolean;
  /** Whether this is the first instance. */
  readonly firstInstance: boolean;
  /** Switches of the command line, without dashes. */
  readonly switches: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, string>>;
}

type Modelled =
  | 'whenReady'
  | 'isReady'
  | 'requestSingleInstanceLock'
  | 'hasSingleInstanceLock'
  | 'releaseSingleInstanceLock'
  | 'setPath'
  | 'getPath'
  | 'getAppPath'
  | 'getName'
  | 'setName'
  | 'getVersion'
  | 'quit'
  | 'exit'
  | 'focus'
  | 'enableSandbox'
  | 'setActivationPolicy'
  | 'setAppUserModelId'
  | 'setDesktopName'
  | 'isPackaged'
  | 'name';

/** The application: remembers what it was told, in order, and refuses what comes too late. */
export class FakeApp extends EventEmitter implements Pick<App, Modelled> {
  /** Every call in order, name first. */
  readonly calls: (readonly unknown[])[] = [];
  readonly isPackaged: boolean;
  readonly commandLine: Pick<CommandLine, 'hasSwitch' | 'getSwitchValue' | 'appendSwitch'>;
  readonly dock: Pick<Dock, 'hide' | 'show' | 'isVisible'> | undefined;
  name = 'OpenClaw Companion';
  exitCode: number | null = null;
  readonly options: FakeAppOptions;
  readonly paths: Record<string, string>;
  readonly switches: Map<string, string>;
  ready = false;
  locked = false;
  readonly quitting: { closeAll(): boolean } = { closeAll: () => true };

  constructor(options: FakeAppOptions) {
    super();
    this.options = options;
    this.isPackaged = options.packaged;
    this.paths = { ...options.paths };
    this.switches = new Map(Object.entries(options.switches));
    this.commandLine = strict(
      {
        hasSwitch: (name: string) => this.switches.has(name),
        getSwitchValue: (name: string) => this.switches.get(name) ?? '',
        appendSwitch: (name: string, value = '') => void this.switches.set(name, value),
      },
      'commandLine',
    );
    this.dock = options.platform === 'darwin' ? this.makeDock() : undefined;
  }

  makeDock(): Pick<Dock, 'hide' | 'show' | 'isVisible'> {
    let visible = true;
    return strict(
      {
        hide: () => {
          visible = false;
        },
        show: async () => {
          visible = true;
        },
        isVisible: () => visible,
      },
      'dock',
    );
  }

  /** For what Electron allows only before, or only after, it is ready. */
  require(state: 'ready' | 'not ready', what: string): void {
    if (this.ready === (state === 'ready')) return;
    const when = state === 'ready' ? 'after' : 'before';
    throw new Error(`${what} can only be used ${when} app is ready`);
  }

  /** Test side: the app becomes ready. */
  becomeReady(): void {
    if (this.ready) return;
    this.ready = true;
    this.emit('will-finish-launching');
    this.emit('ready', {}, {});
  }

  async whenReady(): Promise<void> {
    if (this.ready) return;
    await new Promise<void>((resolve) => this.once('ready', () => resolve()));
  }

  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.calls.push(['requestSingleInstanceLock', data]);
    this.locked = this.options.firstInstance;
    return this.locked;
  }

  isReady = (): boolean => this.ready;

  hasSingleInstanceLock = (): boolean => this.locked;

  releaseSingleInstanceLock(): void {
    this.locked = false;
  }

  setPath(name: string, path: string): void {
    this.calls.push(['setPath', name, path]);
    this.paths[name] = path;
  }

  getPath(name: string): string {
    const path = this.paths[name];
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  /** Every Electron has one. */
  getAppPath = (): string => this.paths.app ?? '/opt/companion/resources/app.asar';
  getName = (): string => this.name;
  setName(name: string): void {
    this.name = name;
  }
  getVersion = (): string => '0.1.0';

  enableSandbox(): void {
    this.require('not ready', 'app.enableSandbox()');
    this.calls.push(['enableSandbox']);
  }

  focus = (): void => void this.calls.push(['focus']);
  setActivationPolicy(policy: string): void {
    this.require('ready', 'app.setActivationPolicy()');
    this.calls.push(['setActivationPolicy', policy]);
    // The system shows the icon of a regular app and of no other.
    if (policy === 'regular') void this.dock?.show();
    else this.dock?.hide();
  }
  setAppUserModelId = (id: string): void => void this.calls.push(['setAppUserModelId', id]);
  setDesktopName = (name: string): void => void this.calls.push(['setDesktopName', name]);

  /** As Electron: every window must agree, then `will-quit`, then the end. */
  quit(): void {
    this.calls.push(['quit']);
    if (this.exitCode !== null) return;
    if (prevented(this, 'before-quit') || !this.quitting.closeAll() || prevented(this, 'will-quit'))
      return;
    this.exit(0);
  }

  exit(code = 0): void {
    this.calls.push(['exit', code]);
    if (this.exitCode !== null) return;
    this.exitCode = code;
    this.emit('quit', {}, code);
  }
}
