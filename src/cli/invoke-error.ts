import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';

/** Policy or a person said no; node errors carry their reason as a prefix (node-commands §1.4). */
const refused = /^(SYSTEM_RUN_DENIED|SYSTEM_RUN_DISABLED|PERMISSION_MISSING|EXEC_APPROVALS_DENIED)/;

/** Nobody is there to do it, here or at the other end (gateway §8, node-host §5). */
const absent = /^(COMPANION_APP_UNAVAILABLE|node not connected|(Error: )?node disconnected)/;

/**
 * A failed `node.invoke` as our own error, so that it gets the right exit code.
 * @param waitedMs what the caller was ready to wait.
 */
export function invokeError(error: unknown, waitedMs: number): unknown {
  if (!(error instanceof CompanionError)) return error;
  const { message, details } = error;
  if (refused.test(message)) return new CompanionError('DENIED', message);
  if (absent.test(message)) {
    const hint = messages.cli.startCompanionHint;
    return new CompanionError('UNREACHABLE', message, { hint });
  }
  if (message === 'node command not allowed') return notAllowed(message, text(details, 'reason'));
  const timedOut = error.code === 'TIMEOUT' || nodeErrorCode(details) === 'TIMEOUT';
  if (!timedOut && message !== 'node invoke timed out') return error;
  const hint = messages.cli.notDecidedHint;
  return new CompanionError('TIMEOUT', messages.cli.notDecided(waitedMs), { hint });
}

/** The Gateway's own policy refuses a command; that a node lacks it is no refusal (gateway §8.1). */
function notAllowed(message: string, reason: string | null): CompanionError {
  const code = reason === 'command not allowlisted' ? 'DENIED' : 'INVALID_REQUEST';
  return new CompanionError(code, reason === null ? message : `${message}: ${reason}`);
}

function nodeErrorCode(details: unknown): string | null {
  return text(isObject(details) ? Reflect.get(details, 'nodeError') : null, 'code');
}

function text(value: unknown, key: string): string | null {
  const found: unknown = isObject(value) ? Reflect.get(value, key) : null;
  return typeof found === 'string' ? found : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
