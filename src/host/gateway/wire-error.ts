import { CompanionError, errorText } from '#core/errors.ts';
import type { Ids, Logger } from '#core/ports.ts';
import { type GatewayError, gatewayErrorCodes } from '#protocol/gateway-frames.ts';

/**
 * The one place where a thrown error becomes a Gateway error (gateway §2). What we did not throw on
 * purpose leaves as an id; its text is in the log only.
 */
export function toWireError(
  error: unknown,
  method: string,
  { ids, log }: { readonly ids: Ids; readonly log: Logger },
): GatewayError {
  if (error instanceof CompanionError && error.code !== 'INTERNAL') {
    const code = gatewayErrorCodes.find((known) => known === error.code) ?? 'UNAVAILABLE';
    const { message, details } = error;
    return details === undefined ? { code, message } : { code, message, details };
  }
  const id = ids.uuid();
  const stack = error instanceof Error ? error.stack : undefined;
  log.error('gateway.method.failed', { id, method, error: errorText(error), stack });
  return { code: 'UNAVAILABLE', message: `internal error ${id}` };
}
