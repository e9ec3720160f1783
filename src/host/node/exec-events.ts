import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import type { RunPayload } from '#protocol/exec-socket.ts';
import type { NodeExecEvent } from '#protocol/gateway-nodes.ts';
import type { GatewayLink } from './types.ts';

/** What every event of one run repeats, so that the Gateway can match it (exec-ipc §6.4). */
export interface RunFacts {
  readonly runId: string;
  readonly sessionKey: string;
  readonly command: string;
  readonly suppressNotifyOnExit: boolean;
}

/** `exec.*` node events. Best effort: nothing waits for them and nothing fails with them. */
export interface ExecEvents {
  started(facts: RunFacts): void;
  finished(facts: RunFacts, payload: RunPayload): void;
  denied(facts: RunFacts, reason: string): void;
}

/** Parameters of the `node.event` that tells of one run. */
export function execEventParams(
  event: string,
  { runId, sessionKey, command }: Omit<RunFacts, 'suppressNotifyOnExit'>,
  rest: Partial<NodeExecEvent>,
): { readonly event: string; readonly payloadJSON: string } {
  const payload: NodeExecEvent = { sessionKey, runId, host: 'node', command, ...rest };
  return { event, payloadJSON: JSON.stringify(payload) };
}

/** Written to the wire before whatever is sent next, so they precede the result (node-host §6). */
export function createExecEvents(deps: {
  readonly link: Pick<GatewayLink, 'request'>;
  readonly log: Logger;
}): ExecEvents {
  const send = (event: string, facts: RunFacts, rest: Partial<NodeExecEvent>): void => {
    const { suppressNotifyOnExit } = facts;
    const more = suppressNotifyOnExit ? { ...rest, suppressNotifyOnExit } : rest;
    deps.link
      .request('node.event', execEventParams(event, facts, more))
      .catch((error: unknown) =>
        deps.log.debug('node.event.unsent', { event, error: errorText(error) }),
      );
  };
  return {
    started: (facts) => send('exec.started', facts, {}),
    finished(facts, payload) {
      const { exitCode, timedOut, success } = payload;
      send('exec.finished', facts, {
        ...(typeof exitCode === 'number' ? { exitCode } : {}),
        timedOut,
        success,
        output: eventOutput(payload),
      });
    },
    denied: (facts, reason) => send('exec.denied', facts, { reason }),
  };
}

const maxOutputChars = 20_000;
const truncated = '... (truncated) ';

/** What a command printed, as one text whose end is kept (exec-ipc §6.4). */
export function eventOutput(payload: Pick<RunPayload, 'stdout' | 'stderr' | 'error'>): string {
  const text = [payload.stdout, payload.stderr, payload.error ?? '']
    .filter((part) => part !== '')
    .join('\n')
    .trim();
  return text.length <= maxOutputChars ? text : truncated + tail(text, maxOutputChars);
}

/** The last `chars` UTF-16 units, not starting inside a character. */
export function tail(text: string, chars: number): string {
  const cut = text.slice(Math.max(0, text.length - chars));
  return /^[\uDC00-\uDFFF]/.test(cut) && cut.length < text.length ? cut.slice(1) : cut;
}
