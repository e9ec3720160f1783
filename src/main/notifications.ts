import type * as Electron from 'electron';
import { CompanionError } from '#core/errors.ts';
import type { Clock, Logger, Notification, Notifier } from '#core/ports.ts';
import { notificationText } from '#host/node/notifier.ts';

export interface NotifierDeps {
  readonly Notification: typeof Electron.Notification;
  readonly platform: NodeJS.Platform;
  /** {@link Notifier.overlay}: a window of ours. */
  readonly overlay?: (notification: Notification) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface DesktopNotifier extends Notifier {
  /** @param onClick opens a window at most: a notification announces, it never answers (AP-14). */
  notify(notification: Notification, onClick?: () => void): Promise<void>;
  /** Lets go of what is on the screen. */
  close(): void;
}

/** Nothing tells whether notifications are allowed, but one that is shown says so by then. */
const patienceMs = 1_500;

/** Clicks reach only what is still referred to; older ones may lose theirs. */
const maxKept = 16;

const urgency = { passive: 'low', active: 'normal', timeSensitive: 'critical' } as const;

/**
 * `system.notify` and announcements of our own (node-commands §2.3). Text of an agent only ever
 * becomes title and body: no action, reply field, icon or markup.
 */
export function createNotifier(deps: NotifierDeps): DesktopNotifier {
  const kept = new Set<Electron.Notification>();
  const keep = (shown: Electron.Notification) => {
    const [oldest] = kept;
    if (kept.size >= maxKept && oldest) kept.delete(oldest);
    kept.add(shown);
    shown.once('close', () => void kept.delete(shown));
  };
  return {
    ...(deps.overlay === undefined ? {} : { overlay: deps.overlay }),
    async notify(notification, onClick) {
      if (!deps.Notification.isSupported()) throw refused(deps.log, 'not supported here');
      const shown = new deps.Notification(optionsOf(notification, deps.platform));
      if (onClick) shown.on('click', () => onClick());
      keep(shown);
      try {
        await show(shown, deps);
      } catch (error) {
        kept.delete(shown);
        throw error;
      }
    },
    close() {
      for (const shown of kept) shown.close();
      kept.clear();
    },
  };
}

function optionsOf(
  notification: Notification,
  platform: NodeJS.Platform,
): Electron.NotificationConstructorOptions {
  const { sound, priority } = notification;
  const audible = sound !== null && priority !== 'passive';
  // Names of system sounds only: anything else could be a path.
  const named = audible && platform === 'darwin' && /^[A-Za-z0-9 ]{1,40}$/.test(sound);
  return {
    ...notificationText(notification, { markup: platform === 'linux' }),
    silent: !audible,
    ...(named ? { sound } : {}),
    ...(platform === 'linux' ? { urgency: urgency[priority] } : {}),
  };
}

function show(shown: Electron.Notification, { clock, log }: NotifierDeps): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = clock.schedule(patienceMs, () => reject(refused(log, 'it was not shown')));
  shown.once('show', () => resolve());
  shown.once('failed', (_event, error) => reject(refused(log, error)));
  shown.show();
  return promise.finally(cancel);
}

function refused(log: Logger, why: string): CompanionError {
  log.info('notify.failed', { error: why });
  return new CompanionError('UNAVAILABLE', 'NOT_AUTHORIZED: notifications');
}
