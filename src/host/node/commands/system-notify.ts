import { CompanionError } from '#core/errors.ts';
import type { Notification, Notifier } from '#core/ports.ts';
import { systemNotifyParamsSchema } from '#protocol/node-commands.ts';
import type { NodeCommandHandler } from '../types.ts';
import { commandParams } from './params.ts';

/** `system.notify` (node-commands §2.3). Answers without a payload. */
export function createSystemNotify(notifier: Notifier): NodeCommandHandler {
  return async (params) => {
    const { title, body, sound, priority, delivery } = commandParams(
      systemNotifyParamsSchema,
      params,
    );
    if (title.trim() === '' && body.trim() === '') {
      throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: empty notification');
    }
    await deliver[delivery ?? 'system'](notifier, {
      title,
      body,
      sound: sound?.trim() || null,
      priority: priority ?? 'active',
    });
    return undefined;
  };
}

type Deliver = (notifier: Notifier, notification: Notification) => Promise<void>;

const system: Deliver = (notifier, notification) => notifier.notify(notification);

/** Never fails where there is a window to show it in; elsewhere nobody would see it. */
const overlay: Deliver = async (notifier, notification) => {
  if (!notifier.overlay) {
    throw new CompanionError('UNAVAILABLE', 'UNAVAILABLE: this companion has no overlay');
  }
  notifier.overlay(notification);
};

const auto: Deliver = async (notifier, notification) => {
  try {
    await system(notifier, notification);
  } catch (error) {
    if (!notifier.overlay) throw error;
    notifier.overlay(notification);
  }
};

const deliver = { system, overlay, auto } as const;
