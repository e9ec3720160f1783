import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { maxPauseMs } from '#protocol/control-socket.ts';
import { spanMs } from './moment.ts';

/**
 * Ms of an option such as `--for 15m`.
 * @throws CompanionError USAGE for what is no span, or a longer one than the companion takes.
 */
export function pauseLength(option: string, text: string): number {
  const length = spanMs(text);
  if (length !== null && length > 0 && length <= maxPauseMs) return length;
  throw new CompanionError('USAGE', messages.cli.badPauseLength(option, text), {
    hint: messages.cli.badPauseLengthHint,
  });
}
