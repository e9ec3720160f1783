import { connect, type Socket } from 'node:net';
import { CompanionError, type CompanionErrorCode, companionErrorCodes } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { systemClock } from '#host/system.ts';
import { type ControlRequest, controlResponseSchema } from '#protocol/control-socket.ts';
import { createLineAccumulator, decodeJsonLine } from '#protocol/framing.ts';
import { requireOwnSocket } from './socket-owner.ts';

export interface ControlCallOptions {
  /** For the whole call, in ms. */
  readonly timeoutMs?: number;
  /** Who must own the socket; us by default. */
  readonly ownUid?: number;
  readonly clock?: Clock;
}

/** Room for the largest history that may be asked for. */
const answerBytes = 128 * 1024 * 1024;
const startHint = 'Start it: openclaw-companion --headless';

/**
 * Asks the running companion and returns `result`.
 * @throws CompanionError UNREACHABLE when nobody listens, TIMEOUT, UNSAFE_PATH for a socket that
 *   is not ours, or the companion's own error. An answer of the approval queue that decided nothing
 *   is INVALID_REQUEST with `details.answer`: `unknown`, `stale` or `not-offered`.
 */
export async function callControl(
  path: string,
  request: ControlRequest,
  options: ControlCallOptions = {},
): Promise<unknown> {
  try {
    requireOwnSocket(path, options.ownUid);
  } catch (error) {
    const missing = error instanceof CompanionError && error.code === 'UNREACHABLE';
    throw missing ? notRunning(path, error) : error;
  }
  const line = await exchange(path, `${JSON.stringify(request)}\n`, options);
  const response = controlResponseSchema.safeParse(decodeJsonLine(line));
  if (!response.success) {
    throw new CompanionError('UNAVAILABLE', `${path} gave an answer that cannot be read`);
  }
  if (response.data.ok) return response.data.result;
  throw asError(response.data.error);
}

function exchange(path: string, line: string, options: ControlCallOptions): Promise<Uint8Array> {
  const { timeoutMs = 5_000, clock = systemClock } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const socket: Socket = connect(path);
  const cancel = clock.schedule(timeoutMs, () =>
    reject(new CompanionError('TIMEOUT', `${path} did not answer within ${timeoutMs} ms`)),
  );
  const lines = createLineAccumulator(answerBytes);
  socket.on('connect', () => socket.write(line));
  socket.on('data', (chunk: Buffer) => {
    const [answer] = lines.push(chunk);
    if (answer !== undefined) resolve(answer);
    else if (lines.overflow) reject(new CompanionError('UNAVAILABLE', `${path} sent too much`));
  });
  socket.on('error', (error) => reject(notRunning(path, error)));
  socket.on('close', () =>
    reject(new CompanionError('UNAVAILABLE', `${path} closed without an answer`)),
  );
  return promise.finally(() => {
    cancel();
    socket.destroy();
  });
}

function notRunning(path: string, cause: unknown): CompanionError {
  return new CompanionError('UNREACHABLE', `No companion answers on ${path}`, {
    hint: startHint,
    cause,
  });
}

interface ControlFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

function asError({ code, message, hint }: ControlFailure): CompanionError {
  const options = hint === undefined ? {} : { hint };
  const known = companionErrorCodes.find((one: CompanionErrorCode) => one === code);
  return known === undefined
    ? new CompanionError('INVALID_REQUEST', message, { ...options, details: { answer: code } })
    : new CompanionError(known, message, options);
}
