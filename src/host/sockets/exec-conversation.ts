import type { ExecOrigin, ExecRequest, ExecResult } from '#core/exec/types.ts';
import type { Clock, Ids } from '#core/ports.ts';
import {
  type ChallengeResponse,
  challengeResponseSchema,
  type ExecResponse,
  execMacInput,
  execResponseSchema,
} from '#protocol/exec-socket.ts';
import { challengeProof, isUnambiguousNonce, sameSecret, socketMac } from './exec-auth.ts';
import { isEnding, type LineClient } from './line-client.ts';

/** What came of talking to the companion once. */
export type ConversationOutcome =
  | { readonly kind: 'answered'; readonly result: ExecResult }
  /** Hung up on `challenge` without a word: an older companion (D13). */
  | { readonly kind: 'no-challenge' }
  /** `delivered`: the request was sent, so the command may have run. */
  | { readonly kind: 'failed'; readonly delivered: boolean; readonly why: string };

/** A connection whose server has proved that it knows the token (D13). */
export interface ProvedConnection {
  readonly kind: 'proved';
  readonly client: LineClient;
  /** Good for one `exec` on this connection. */
  readonly serverNonce: string;
}

/** D13: the server proves first that it knows the token; the request is sent only after that. */
export async function challenge(
  client: LineClient,
  token: string,
  ids: Ids,
): Promise<ProvedConnection | ConversationOutcome> {
  const id = ids.uuid();
  const nonce = hexNonce(ids);
  client.send(JSON.stringify({ type: 'challenge', id, nonce }));
  const answer = await client.receive(pickChallengeResponse);
  if (isEnding(answer)) {
    if (answer.kind === 'closed' && !client.heard) return { kind: 'no-challenge' };
    return { kind: 'failed', delivered: false, why: answer.why };
  }
  const proved =
    answer !== 'malformed' &&
    answer.id === id &&
    isUnambiguousNonce(answer.nonce) &&
    sameSecret(challengeProof(token, nonce, answer.nonce), answer.proof);
  return proved
    ? { kind: 'proved', client, serverNonce: answer.nonce }
    : { kind: 'failed', delivered: false, why: 'did not prove that it knows the token' };
}

export interface ExecDeps {
  readonly client: LineClient;
  readonly token: string;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** One `exec` and its `exec-res` (exec-ipc §1.7 B). Without `serverNonce`: FEB. */
export async function exec(
  requestJson: string,
  { client, ids, clock, token }: ExecDeps,
  serverNonce?: string,
): Promise<ConversationOutcome> {
  const id = ids.uuid();
  const signed = { nonce: hexNonce(ids), ts: clock.now(), requestJson };
  const hmac = socketMac(token, execMacInput(signed, serverNonce));
  const { nonce, ts } = signed;
  const bound = serverNonce === undefined ? {} : { serverNonce };
  client.send(JSON.stringify({ type: 'exec', id, nonce, ts, hmac, requestJson, ...bound }));
  const answer = await client.receive(pickExecResponse);
  const failed = (why: string): ConversationOutcome => ({ kind: 'failed', delivered: true, why });
  if (isEnding(answer)) {
    return { kind: 'failed', delivered: answer.kind !== 'unreachable', why: answer.why };
  }
  if (answer === 'malformed') return failed('gave an answer that cannot be read');
  if (answer.id !== id) return failed('answered another request');
  const result = resultOf(answer);
  return result ? { kind: 'answered', result } : failed('gave an answer without a result');
}

/** FEB's keys in FEB's order, then ours (node-host §5). A budget of 0 is none. */
export function requestJsonOf(request: ExecRequest, origin: ExecOrigin): string {
  return JSON.stringify({
    command: request.argv,
    rawCommand: request.rawCommand,
    cwd: request.cwd,
    env: Object.keys(request.env).length === 0 ? null : request.env,
    timeoutMs: request.timeoutMs,
    needsScreenRecording: request.needsScreenRecording,
    agentId: request.agentId,
    sessionKey: request.sessionKey ?? 'node',
    approvalDecision: request.claimedDecision,
    budgetMs: origin.budgetMs ?? 0,
    runId: request.runId,
  });
}

function resultOf({ ok, payload, error }: ExecResponse): ExecResult | null {
  if (ok) return payload ? { ok: true, payload } : null;
  if (!error) return null;
  return {
    ok: false,
    error: {
      code: error.code === 'INVALID_REQUEST' ? 'INVALID_REQUEST' : 'UNAVAILABLE',
      message: error.message,
      reason: error.reason ?? 'approval-required',
    },
  };
}

function pickChallengeResponse(value: unknown): ChallengeResponse | 'malformed' | undefined {
  if (typeOf(value) !== 'challenge-res') return undefined;
  return challengeResponseSchema.safeParse(value).data ?? 'malformed';
}

function pickExecResponse(value: unknown): ExecResponse | 'malformed' | undefined {
  if (typeOf(value) !== 'exec-res') return undefined;
  return execResponseSchema.safeParse(value).data ?? 'malformed';
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined;
}

/** 32 lower-case hex digits (exec-ipc §1.7 B). */
function hexNonce(ids: Ids): string {
  return ids.uuid().replaceAll('-', '');
}
