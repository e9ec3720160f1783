import { permissionMessages } from '#core/messages-permissions.ts';
import type { WindowPlatform } from '../windows/window-platform.ts';
import type {
  NotificationFacts,
  PermissionProbe,
  PermissionProbes,
  PermissionReading,
} from './types.ts';

const words = permissionMessages.linux;

const notHere = (help: string): PermissionProbe => ({
  read: () => ({ state: 'not-here', help, action: null }),
});

/** Linux has no grants for apps outside a sandbox; each row says what holds instead. */
export function linuxProbes(
  session: WindowPlatform,
  notifications: NotificationFacts,
): PermissionProbes {
  const isWayland = session === 'wayland';
  const devices = notHere(words.devices);
  return {
    notifications: {
      read: () => notificationReading(notifications),
      request: notifications.tryOne,
    },
    screenRecording: notHere(isWayland ? words.screenWayland : words.screenX11),
    accessibility: notHere(isWayland ? words.controlWayland : words.controlX11),
    automation: notHere(words.automation),
    microphone: devices,
    camera: devices,
  };
}

function notificationReading({ isSupported, lesson }: NotificationFacts): PermissionReading {
  if (!isSupported()) {
    return { state: 'not-here', help: words.notificationsMissing, action: null };
  }
  switch (lesson()) {
    case 'granted':
      return { state: 'granted', help: null, action: null };
    case 'refused':
      return { state: 'refused', help: words.notificationsRefused, action: 'request' };
    case 'unknown':
      return { state: 'unknown', help: words.notificationsUnknown, action: 'request' };
  }
}
