import { CompanionError, type CompanionErrorCode, errorText } from '#core/errors.ts';
import type { Ids, Logger } from '#core/ports.ts';

/** Whose error texts a node speaks: the native app's or the headless node host's. */
export type NodeFlavor = 'app' | 'headless';

/** Error of a `node.invoke.result`; the reason is a prefix of the message (node-commands §1.4). */
export interface NodeError {
  readonly code: string;
  readonly message: string;
}

/** Fits every Gateway's frame limit, whatever a handler throws. */
const maxMessageLength = 4_000;

/** Peers know a closed list of codes; everything else is UNAVAILABLE (node-commands §1.4). */
const wireCodes: Partial<Record<CompanionErrorCode, string>> = {
  INVALID_REQUEST: 'INVALID_REQUEST',
  NOT_PAIRED: 'NOT_PAIRED',
};

/** The one place where a handler's failure becomes a node error. */
export function toNodeError(
  error: unknown,
  flavor: NodeFlavor,
  deps: { readonly ids: Ids; readonly log: Logger },
): NodeError {
  if (!(error instanceof CompanionError) || error.code === 'INTERNAL') {
    const id = deps.ids.uuid();
    deps.log.error('node.invoke.internal', { id, error: errorText(error) });
    return { code: 'UNAVAILABLE', message: `INTERNAL: ${id}` };
  }
  // The headless node host stringifies what it throws (node-host §4).
  const prefix = flavor === 'headless' && error.message.startsWith('INVALID_REQUEST:');
  return {
    code: wireCodes[error.code] ?? 'UNAVAILABLE',
    message: (prefix ? `Error: ${error.message}` : error.message).slice(0, maxMessageLength),
  };
}
