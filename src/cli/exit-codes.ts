import { constants } from 'node:os';
import { CompanionError, type CompanionErrorCode } from '#core/errors.ts';

/** Exit codes of both programs (architecture §5). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 69,
  refused: 126,
} as const;

const byCode: Partial<Record<CompanionErrorCode, number>> = {
  USAGE: exitCodes.usage,
  UNREACHABLE: exitCodes.unreachable,
  DENIED: exitCodes.refused,
};

/** Exit code of anything thrown; what is not ours is a failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CompanionError
    ? (byCode[error.code] ?? exitCodes.failed)
    : exitCodes.failed;
}

/** What a shell reports for a program that a signal ended; a failure when the name is unknown. */
export function exitCodeOfSignal(name: string): number {
  const number = new Map<string, number>(Object.entries(constants.signals)).get(name);
  return number === undefined ? exitCodes.failed : 128 + number;
}
