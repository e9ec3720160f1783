import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { momentMs } from './moment.ts';

/**
 * `90s`, `15m`, `2h`, `7d` ago, or a date, as Unix time in ms.
 * @throws CompanionError USAGE for anything else.
 */
export function sinceMs(text: string, nowMs: number): number {
  const time = momentMs(text, nowMs, 'before');
  if (time !== null) return time;
  throw new CompanionError('USAGE', messages.cli.badSince(text), {
    hint: messages.cli.badSinceHint,
  });
}
