import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A whole date, with or without a time: `Date.parse` alone takes almost any text with a digit. */
const date = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * `90s`, `15m`, `2h`, `7d` ago, or a date, as Unix time in ms.
 * @throws CompanionError USAGE for anything else.
 */
export function sinceMs(text: string, nowMs: number): number {
  const span = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = unitMs[span?.[2] ?? ''];
  if (span && unit !== undefined) return nowMs - Number(span[1]) * unit;
  const time = date.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new CompanionError('USAGE', messages.cli.badSince(text), {
    hint: messages.cli.badSinceHint,
  });
}
