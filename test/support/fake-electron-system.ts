import type {
  DesktopCapturer,
  Dialog,
  SaveDialogOptions,
  SourcesOptions,
  SystemPreferences,
} from 'electron';
import type { FakeApp } from './fake-electron-app.ts';
import { FakeNotification } from './fake-electron-desktop.ts';

type MediaStatus = ReturnType<SystemPreferences['getMediaAccessStatus']>;

/** What the system would answer, and what it was asked; tests set and read it. */
export interface FakeGrants {
  media: Record<'microphone' | 'camera' | 'screen', MediaStatus>;
  isTrusted: boolean;
  /** What a person answers to the system's own question. */
  answer: boolean;
  /** What becomes of a notification. */
  notifications: 'shown' | 'failed' | 'nothing' | 'unsupported';
  /** Every call in order, name first. */
  readonly calls: (readonly unknown[])[];
}

/** Permissions as macOS keeps them; Linux has none of these calls. */
export function createFakeSystem(platform: 'darwin' | 'linux') {
  const grants: FakeGrants = {
    media: { microphone: 'not-determined', camera: 'not-determined', screen: 'denied' },
    isTrusted: false,
    answer: true,
    notifications: 'shown',
    calls: [],
  };
  const note = (...call: unknown[]): void => {
    if (platform !== 'darwin') throw new TypeError(`${call[0]} is not a function`);
    grants.calls.push(call);
  };
  const systemPreferences = {
    getMediaAccessStatus(type) {
      note('getMediaAccessStatus', type);
      return grants.media[type];
    },
    async askForMediaAccess(type) {
      note('askForMediaAccess', type);
      // Asked once: later calls tell what was answered.
      if (grants.media[type] === 'not-determined') {
        grants.media[type] = grants.answer ? 'granted' : 'denied';
      }
      return grants.media[type] === 'granted';
    },
    isTrustedAccessibilityClient(prompt) {
      note('isTrustedAccessibilityClient', prompt);
      return grants.isTrusted;
    },
  } satisfies Pick<
    SystemPreferences,
    'getMediaAccessStatus' | 'askForMediaAccess' | 'isTrustedAccessibilityClient'
  >;
  const desktopCapturer = {
    async getSources(options: SourcesOptions) {
      note('getSources', options);
      if (grants.media.screen !== 'granted') throw new Error('Failed to get sources.');
      return [];
    },
  } satisfies Pick<DesktopCapturer, 'getSources'>;
  return { grants, systemPreferences, desktopCapturer };
}

/** The system's own windows; a test says what a person chooses and sees what they were told. */
export function createFakeDialog(app: FakeApp) {
  const state = { path: null as string | null, asked: [] as SaveDialogOptions[] };
  const errors: { readonly title: string; readonly content: string }[] = [];
  const showSaveDialog = async (options: SaveDialogOptions) => {
    state.asked.push(options);
    return { canceled: state.path === null, filePath: state.path ?? '' };
  };
  return {
    state,
    // Electron takes a parent window before the options as well; the app has none to give.
    showSaveDialog: showSaveDialog as Dialog['showSaveDialog'],
    errors,
    /** Returns when it was read: at once. Electron shows none on Linux before it is ready. */
    showErrorBox(title: string, content: string) {
      app.require('ready', 'dialog.showErrorBox()');
      if (app.exitCode !== null) throw new Error('a box of an app that has ended is never read');
      errors.push({ title, content });
    },
  } satisfies Partial<Dialog> & Record<string, unknown>;
}

/** Notifications of one app, as its system treats them. */
export function fakeNotifications(grants: Pick<FakeGrants, 'notifications'>) {
  return class extends FakeNotification {
    static override isSupported = (): boolean => grants.notifications !== 'unsupported';

    override show(): void {
      if (grants.notifications === 'shown') super.show();
      if (grants.notifications === 'failed') this.emit('failed', {}, 'not allowed');
    }
  };
}
