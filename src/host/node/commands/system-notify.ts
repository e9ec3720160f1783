import { CompanionError } from '#core/errors.ts';
import type { Notifier } from '#core/ports.ts';
import { systemNotifyParamsSchema } from '#protocol/node-commands.ts';
import type { NodeCommandHandler } from '../types.ts';
import { commandParams } from './params.ts';

/** `system.notify` (node-commands §2.3). Answers without a payload. */
export function createSystemNotify(notifier: Notifier): NodeCommandHandler {
  return async (params) => {
    const { title, body, sound, priority } = commandParams(systemNotifyParamsSchema, params);
    if (title.trim() === '' && body.trim() === '') {
      throw new CompanionError('INVALID_REQUEST', 'INVALID_REQUEST: empty notification');
    }
    await notifier.notify({
      title,
      body,
      sound: sound?.trim() || null,
      priority: priority ?? 'active',
    });
    return undefined;
  };
}
