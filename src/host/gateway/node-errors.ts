import { CompanionError } from '#core/errors.ts';
import type { InvokeOutcome, InvokeRefusal } from './invocations.ts';

/** Answers to an operator whose call did not succeed: the exact texts and details of gateway §8. */

/** The call was never sent. */
export function refusalError(refusal: InvokeRefusal, command: string): CompanionError {
  switch (refusal.kind) {
    case 'not-connected':
      return new CompanionError('UNAVAILABLE', 'node not connected', {
        details: { code: 'NOT_CONNECTED' },
      });
    case 'not-allowed':
      return new CompanionError('INVALID_REQUEST', 'node command not allowed', {
        details: { reason: refusal.reason, command },
      });
    case 'busy':
      return new CompanionError(
        'UNAVAILABLE',
        'too many node calls in flight; wait for some to end',
      );
  }
}

/** The call was sent, and failed there or on the way. */
export function outcomeError(
  outcome: Exclude<InvokeOutcome, { kind: 'ok' }>,
  command: string,
): CompanionError {
  if (outcome.kind === 'disconnected') {
    return new CompanionError('UNAVAILABLE', `Error: node disconnected (${command})`);
  }
  return new CompanionError('UNAVAILABLE', outcome.error?.message ?? 'node invoke failed', {
    details: { nodeError: outcome.error },
  });
}
