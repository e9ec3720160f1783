import type { DesktopCapturer, SystemPreferences } from 'electron';
import { permissionMessages } from '#core/messages-permissions.ts';
import type { Clock } from '#core/ports.ts';
import type {
  NotificationFacts,
  PastGrant,
  PermissionProbe,
  PermissionProbes,
  PermissionReading,
} from './types.ts';
import { within } from './within.ts';

export interface MacProbesDeps {
  readonly systemPreferences: Pick<
    SystemPreferences,
    'getMediaAccessStatus' | 'askForMediaAccess' | 'isTrustedAccessibilityClient'
  >;
  readonly desktopCapturer: Pick<DesktopCapturer, 'getSources'>;
  readonly notifications: NotificationFacts;
  readonly clock: Clock;
}

const words = permissionMessages.mac;

/** A person reads the system's question and thinks about it; the page does not wait for ever. */
const answerLimitMs = 120_000;
const enrolLimitMs = 10_000;

/** Capabilities of macOS (app-features §7, electron-security §5). */
export function macProbes(deps: MacProbesDeps): PermissionProbes {
  const { systemPreferences: system, desktopCapturer, clock } = deps;
  return {
    notifications: notifications(deps.notifications),
    screenRecording: {
      pane: 'settings.screen-recording',
      // Answers only granted or denied; "never asked" is denied (electron-security §5).
      read: listed('screenRecording', () => system.getMediaAccessStatus('screen') === 'granted'),
      // Asking for pictures of nothing puts the app into the system's list.
      request: () =>
        within(enrolLimitMs, clock, () =>
          desktopCapturer.getSources({
            types: ['screen'],
            thumbnailSize: { width: 0, height: 0 },
          }),
        ),
    },
    accessibility: {
      pane: 'settings.accessibility',
      read: listed(
        'accessibility',
        () => system.isTrustedAccessibilityClient(false),
        // What holds it can press our own buttons (electron-security §0).
        words.accessibilityGranted,
      ),
      request: async () => void system.isTrustedAccessibilityClient(true),
    },
    automation: {
      pane: 'settings.automation',
      read: () => ({ state: 'unknown', help: words.automation, action: 'open-settings' }),
    },
    microphone: media('microphone', deps),
    camera: media('camera', deps),
  };
}

/** A list with a switch for each app, of which an app hears only whether it is on for this copy. */
function listed(
  name: 'screenRecording' | 'accessibility',
  isGranted: () => boolean,
  help: string | null = null,
): PermissionProbe['read'] {
  return ({ asked, granted }) => {
    if (isGranted()) return { state: 'granted', help, action: 'open-settings' };
    if (granted) {
      return { state: 'not-effective', help: words.stale(name), action: 'open-settings' };
    }
    return asked
      ? { state: 'not-granted', help: words.notGranted(name), action: 'open-settings' }
      : { state: 'unknown', help: words.notTold, action: 'request' };
  };
}

function media(
  name: 'microphone' | 'camera',
  { systemPreferences: system, clock }: MacProbesDeps,
): PermissionProbe {
  return {
    pane: `settings.${name}`,
    read: (past) => mediaReading(name, system.getMediaAccessStatus(name), past),
    request: () => within(answerLimitMs, clock, () => system.askForMediaAccess(name)),
  };
}

function mediaReading(
  name: 'microphone' | 'camera',
  status: ReturnType<SystemPreferences['getMediaAccessStatus']>,
  { granted }: PastGrant,
): PermissionReading {
  switch (status) {
    case 'granted':
      return { state: 'granted', help: null, action: 'open-settings' };
    case 'denied':
      return { state: 'refused', help: words.refused(name), action: 'open-settings' };
    case 'restricted':
      return { state: 'refused', help: words.restricted, action: null };
    case 'not-determined':
      return { state: 'not-asked', help: granted ? words.forgotten : null, action: 'request' };
    case 'unknown':
      return { state: 'unknown', help: words.unknown(name), action: 'open-settings' };
  }
}

function notifications({ isSupported, lesson, tryOne }: NotificationFacts): PermissionProbe {
  const readings = {
    granted: { state: 'granted', help: null, action: 'open-settings' },
    refused: { state: 'refused', help: words.notificationsRefused, action: 'request' },
    unknown: { state: 'unknown', help: words.notificationsUnknown, action: 'request' },
  } as const satisfies Record<ReturnType<typeof lesson>, PermissionReading>;
  return {
    pane: 'settings.notifications',
    read: () =>
      isSupported()
        ? readings[lesson()]
        : { state: 'not-here', help: permissionMessages.elsewhere, action: null },
    request: tryOne,
  };
}
