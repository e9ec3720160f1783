import { CompanionError, errorText } from '#core/errors.ts';
import { execFailures, internalFailure } from '#core/exec/failures.ts';
import { febPromptLimitMs } from '#core/exec/prompt-limit.ts';
import type { ExecFailure, ExecOrigin, ExecResult, ExecuteFn } from '#core/exec/types.ts';
import type { Clock, Ids, Logger } from '#core/ports.ts';
import {
  type Challenge,
  type DecisionMessage,
  type ExecClientMessage,
  type ExecDecision,
  type ExecEnvelope,
  execClientMessageSchema,
  type PromptRequest,
} from '#protocol/exec-socket.ts';
import { challengeProof, isFresh, macHolds, sameSecret, usableToken } from './exec-auth.ts';
import { decodeInnerRequest } from './inner-request.ts';
import type { LineAnswer, LineHandler } from './line-connection.ts';
import type { NonceCache } from './nonce-cache.ts';
import { offeredDecisions } from './offered-decisions.ts';

/**
 * Asks a person on behalf of a `request` message; stores nothing. Null = no decision (expired or
 * cancelled). The prompt's own deadline is 15 s (exec-ipc §7.4).
 */
export type PromptFn = (
  request: PromptRequest,
  signal: AbortSignal,
) => Promise<ExecDecision | null>;

export interface ExecSessionDeps {
  /** Read at every message, so that a rotated token holds at once. */
  readonly token: () => string;
  /** Decides and runs one request; aborting the signal cancels the prompt or kills the command. */
  readonly execute: ExecuteFn;
  readonly prompt: PromptFn;
  readonly nonces: NonceCache;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Requests being decided or running at once, over all connections. */
  readonly maxInFlight: number;
}

const silence: LineAnswer = { line: null, more: false };

const failures = {
  ttl: { code: 'INVALID_REQUEST', message: 'expired request', reason: 'ttl' },
  hmac: { code: 'INVALID_REQUEST', message: 'invalid auth', reason: 'hmac' },
  replayGuard: {
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: replay protection is not ready',
    reason: 'replay-guard',
  },
  busy: {
    code: 'UNAVAILABLE',
    message: 'SYSTEM_RUN_DENIED: too many requests at once',
    reason: 'busy',
  },
} as const satisfies Readonly<Record<string, ExecFailure>>;

/** Answers the messages of exec-ipc §1.7 and D13; one handler per connection. */
export function createExecSessions(deps: ExecSessionDeps): () => LineHandler {
  let inFlight = 0;
  const execute: ExecuteFn = async (request, origin, signal) => {
    if (inFlight >= deps.maxInFlight) return { ok: false, error: failures.busy };
    inFlight += 1;
    try {
      return await deps.execute(request, origin, signal);
    } catch (error) {
      return { ok: false, error: executionFailure(error, deps) };
    } finally {
      inFlight -= 1;
    }
  };
  return () => createExecSession({ ...deps, execute });
}

function createExecSession(deps: ExecSessionDeps): LineHandler {
  let serverNonce: string | undefined;
  return async (value, signal) => {
    const parsed = execClientMessageSchema.safeParse(value);
    if (!parsed.success) {
      deps.log.debug('exec-socket.message.invalid', { issues: parsed.error.issues.length });
      return silence;
    }
    const message: ExecClientMessage = parsed.data;
    if (message.type === 'exec') return answerExec(message, serverNonce, deps, signal);
    // A challenge is followed by `exec` and by nothing else.
    if (serverNonce !== undefined) return silence;
    if (message.type === 'request') return answerPrompt(message, deps, signal);
    serverNonce = deps.ids.token(24);
    return answerChallenge(message, serverNonce, deps);
  };
}

function answerChallenge(
  { id, nonce }: Challenge,
  serverNonce: string,
  { token, log }: ExecSessionDeps,
): LineAnswer {
  const key = usableToken(token());
  // We sign a text of the client's choosing: only what cannot read as anything else.
  if (key === null || !/^[A-Za-z0-9_-]+$/.test(nonce)) {
    log.warn('exec-socket.challenge.refused', { blankToken: key === null });
    return silence;
  }
  const proof = challengeProof(key, nonce, serverNonce);
  return { line: { type: 'challenge-res', id, nonce: serverNonce, proof }, more: true };
}

async function answerPrompt(
  message: PromptRequest,
  deps: ExecSessionDeps,
  signal: AbortSignal,
): Promise<LineAnswer> {
  const key = usableToken(deps.token());
  const decided = (decision: ExecDecision): LineAnswer => {
    const line: DecisionMessage = { type: 'decision', id: message.id, decision };
    return { line, more: false };
  };
  if (key === null || !sameSecret(key, message.token)) {
    deps.log.warn('exec-socket.auth.failed', { type: 'request' });
    return decided('deny');
  }
  const decision = await deps.prompt(message, signal);
  if (decision === null) return silence;
  // A decision that was not offered is no decision (exec-ipc §7.3).
  return offeredDecisions(message).includes(decision) ? decided(decision) : silence;
}

async function answerExec(
  envelope: ExecEnvelope,
  serverNonce: string | undefined,
  deps: ExecSessionDeps,
  signal: AbortSignal,
): Promise<LineAnswer> {
  const refusal = authFailure(envelope, serverNonce, deps);
  if (refusal !== null) {
    deps.log.warn('exec-socket.auth.failed', { type: 'exec', reason: refusal.reason });
    return response(envelope.id, { ok: false, error: refusal });
  }
  const inner = decodeInnerRequest(envelope.requestJson);
  if ('failure' in inner) return response(envelope.id, { ok: false, error: inner.failure });
  const origin: ExecOrigin = {
    transport: 'exec-socket',
    nodeId: null, // the token is shared: it proves no particular node
    nodeName: null,
    // FEB node hosts give up at 20 s and run the command themselves (D15); ours say how long.
    budgetMs: serverNonce === undefined ? febPromptLimitMs : inner.budgetMs,
  };
  return response(envelope.id, await deps.execute(inner.request, origin, signal));
}

/** In order of cost: window, nonce, MAC. A replay looks like a wrong MAC (exec-ipc §2). */
function authFailure(
  envelope: ExecEnvelope,
  serverNonce: string | undefined,
  { clock, nonces, token }: ExecSessionDeps,
): ExecFailure | null {
  if (!isFresh(envelope.ts, clock.now())) return failures.ttl;
  if (!sameSecret(serverNonce ?? '', envelope.serverNonce ?? '')) return failures.hmac;
  const oneShot = serverNonce === undefined;
  if (oneShot && nonces.has(envelope.nonce)) return failures.hmac;
  if (!macHolds(usableToken(token()), envelope, serverNonce)) return failures.hmac;
  // A server nonce is random and good for one message: it needs no memory.
  if (!oneShot) return null;
  const verdict = nonces.claim(envelope.nonce);
  if (verdict === 'fresh') return null;
  return verdict === 'seen' ? failures.hmac : failures.replayGuard;
}

/** Absent values are left out, never null (exec-ipc §0.6). */
function response(id: string, result: ExecResult): LineAnswer {
  if (!result.ok)
    return { line: { type: 'exec-res', id, ok: false, error: result.error }, more: false };
  const { exitCode, error, ...always } = result.payload;
  const payload = {
    ...((exitCode ?? null) === null ? {} : { exitCode }),
    ...always,
    ...((error ?? null) === null ? {} : { error }),
  };
  return { line: { type: 'exec-res', id, ok: true, payload }, more: false };
}

function executionFailure(error: unknown, { ids, log }: ExecSessionDeps): ExecFailure {
  if (error instanceof CompanionError && error.code === 'CANCELLED')
    return execFailures.promptClosed;
  const id = ids.uuid();
  log.error('exec-socket.execute.failed', { id, error: errorText(error) });
  return internalFailure(id);
}
