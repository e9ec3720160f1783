import { permissionMessages } from '#core/messages-permissions.ts';
import type { DesktopNotifier } from '../notifications.ts';
import type { NotificationLesson } from './types.ts';

/** A notifier that remembers whether what it showed last was seen. */
export interface LearningNotifier extends DesktopNotifier {
  lesson(): NotificationLesson;
  /** Shows one of our own. Never rejects: what came of it is the lesson. */
  tryOne(): Promise<void>;
}

/** Learns from every notification, because no call tells whether they are allowed (app-features §7). */
export function learningNotifier(notifier: DesktopNotifier): LearningNotifier {
  let lesson: NotificationLesson = 'unknown';
  const notify: DesktopNotifier['notify'] = async (notification, onClick) => {
    try {
      await notifier.notify(notification, onClick);
      lesson = 'granted';
    } catch (error) {
      lesson = 'refused';
      throw error;
    }
  };
  return {
    ...notifier,
    notify,
    lesson: () => lesson,
    async tryOne() {
      const trial = { ...permissionMessages.trial, sound: null, priority: 'active' } as const;
      await notify(trial).catch(() => undefined);
    },
  };
}
