import { CompanionError } from '#core/errors.ts';
import type { Cancel, Clock, Ids } from '#core/ports.ts';
import type { ResponseFrame } from '#protocol/gateway-frames.ts';
import { peerError } from './link-handshake.ts';

export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Requests of one connection that wait for their response. */
export interface PendingRequests {
  /**
   * Registers a request; `send` puts it on the wire and may throw.
   * @throws CompanionError TIMEOUT, CANCELLED, UNREACHABLE or the peer's own error.
   */
  add(method: string, options: RequestOptions, send: (id: string) => void): Promise<unknown>;
  /** Returns false when nothing waits for this response. */
  settle(frame: ResponseFrame): boolean;
  failAll(error: CompanionError): void;
}

const defaultTimeoutMs = 15_000;

/** `setTimeout` fires at once above this. */
export const longestTimerMs = 2_147_483_647;

interface Entry {
  readonly method: string;
  settle(finish: () => void): void;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export function createPendingRequests(clock: Clock, ids: Ids): PendingRequests {
  const entries = new Map<string, Entry>();

  return {
    add(method, { timeoutMs = defaultTimeoutMs, signal }, send) {
      if (signal?.aborted) return Promise.reject(cancelled(method));
      const id = ids.uuid();
      return new Promise((resolve, reject) => {
        let cancelTimer: Cancel = () => undefined;
        const onAbort = () => entry.settle(() => reject(cancelled(method)));
        const entry: Entry = {
          method,
          settle(finish) {
            if (!entries.delete(id)) return;
            cancelTimer();
            signal?.removeEventListener('abort', onAbort);
            finish();
          },
          resolve,
          reject,
        };
        entries.set(id, entry);
        cancelTimer = clock.schedule(Math.min(timeoutMs, longestTimerMs), () =>
          entry.settle(() => reject(timedOut(method, timeoutMs))),
        );
        signal?.addEventListener('abort', onAbort, { once: true });
        try {
          send(id);
        } catch (error) {
          entry.settle(() => reject(error));
        }
      });
    },
    settle(frame) {
      const entry = entries.get(frame.id);
      entry?.settle(() => {
        if (frame.ok) entry.resolve(frame.payload);
        else entry.reject(peerError(frame.error, entry.method));
      });
      return entry !== undefined;
    },
    failAll(error) {
      for (const entry of [...entries.values()]) entry.settle(() => entry.reject(error));
    },
  };
}

function cancelled(method: string): CompanionError {
  return new CompanionError('CANCELLED', `${method} was cancelled`);
}

function timedOut(method: string, timeoutMs: number): CompanionError {
  return new CompanionError('TIMEOUT', `the Gateway did not answer ${method} in ${timeoutMs} ms`);
}
