import { errorText } from '#core/errors.ts';
import { execFailures } from '#core/exec/failures.ts';
import type { ExecFailure, ExecOrigin, ExecRequest, ExecResult } from '#core/exec/types.ts';
import type { Clock, Ids, Logger } from '#core/ports.ts';
import { execSocketLineCap } from '#protocol/exec-socket.ts';
import { usableToken } from './exec-auth.ts';
import { type ConversationOutcome, exec, requestJsonOf } from './exec-conversation.ts';
import { type LineClient, openLineClient } from './line-client.ts';
import { createProvedConnections, type ProvedConnections } from './proved-connections.ts';
import { checkSocket } from './socket-check.ts';

export interface ExecForwarderDeps {
  readonly socketPath: string;
  /** Read again for every request, so that a rotated token is picked up. */
  readonly token: () => string | Promise<string>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who must own the socket; us by default. */
  readonly ownUid?: number;
}

/** `delivered: false` promises that the companion never saw the request. */
type ForwardedResult = ExecResult & { readonly delivered: boolean };

/** Hands one request to the companion over its socket. Never rejects. */
export type ExecForwarder = (
  request: ExecRequest,
  origin: ExecOrigin,
  signal: AbortSignal,
) => Promise<ForwardedResult>;

/** Beyond the caller's budget, so that the companion's own "expired" arrives. */
const graceMs = 1_000;
/** An older companion is offered the challenge again after this. */
const febMemoryMs = 10 * 60_000;
/** More than the envelope around `requestJson` can take of the server's line. */
const envelopeBytes = 1_024;
/** `setTimeout` fires at once above this. */
const longestTimerMs = 2_147_483_647;

type Dialect = 'challenge' | 'feb';

interface Call {
  readonly requestJson: string;
  readonly token: string;
  /** Ends the conversation: the caller left, or its budget is over. */
  readonly signal: AbortSignal;
}

const tooLarge: ExecFailure = {
  code: 'INVALID_REQUEST',
  message: 'INVALID_REQUEST: the request is too large for the companion',
  reason: 'invalid',
};

export function createExecForwarder(deps: ExecForwarderDeps): ExecForwarder {
  const talk = createTalk(deps);
  return async (request, origin, signal) => {
    const requestJson = requestJsonOf(request, origin);
    if (Buffer.byteLength(JSON.stringify(requestJson)) > execSocketLineCap - envelopeBytes) {
      return { ok: false, error: tooLarge, delivered: false };
    }
    const token = await readToken(deps);
    if (token === null) return failure('no socket token is known', false);
    const over = new AbortController();
    const budgetMs = origin.budgetMs ?? Number.POSITIVE_INFINITY;
    const cancel = deps.clock.schedule(Math.min(budgetMs + graceMs, longestTimerMs), () =>
      over.abort(),
    );
    const call = { requestJson, token, signal: AbortSignal.any([signal, over.signal]) };
    const outcome = await talk(call).finally(cancel);
    if (outcome.kind === 'answered') return { ...outcome.result, delivered: true };
    if (signal.aborted) {
      return { ok: false, error: execFailures.promptClosed, delivered: outcome.delivered };
    }
    deps.log.warn('exec-forward.failed', { why: outcome.why, delivered: outcome.delivered });
    return failure(over.signal.aborted ? 'did not answer in time' : outcome.why, outcome.delivered);
  };
}

/** Speaks the dialect the companion understands, and remembers it for as long as its socket lives. */
function createTalk(deps: ExecForwarderDeps) {
  const uid = deps.ownUid ?? process.geteuid?.() ?? -1;
  const proved = createProvedConnections(deps);
  let known: { identity: string; dialect: Dialect; untilMs: number } | null = null;

  const remembered = (identity: string): Dialect | null =>
    known?.identity === identity && deps.clock.now() < known.untilMs ? known.dialect : null;

  const remember = (identity: string, dialect: Dialect): void => {
    const forMs = dialect === 'feb' ? febMemoryMs : Number.POSITIVE_INFINITY;
    known = { identity, dialect, untilMs: deps.clock.now() + forMs };
  };

  const attempt = async (call: Call, wanted: Dialect | null): Promise<ConversationOutcome> => {
    if (call.signal.aborted) return unsent('was left');
    const check = checkSocket(deps.socketPath, uid);
    if (check.kind !== 'ours') return unsent(check.why);
    const knows = remembered(check.identity);
    const dialect = wanted ?? knows ?? 'challenge';
    const outcome = await converse(deps, dialect, { ...call, identity: check.identity }, proved);
    if (outcome.kind === 'answered') remember(check.identity, dialect);
    // One that proved itself before has no reason to forget how: no way down from there.
    if (outcome.kind !== 'no-challenge' || knows === 'challenge') return outcome;
    return attempt(call, 'feb');
  };

  return async (call: Call): Promise<Exclude<ConversationOutcome, { kind: 'no-challenge' }>> => {
    const outcome = await attempt(call, null);
    return outcome.kind === 'no-challenge' ? unsent('closed the connection') : outcome;
  };
}

interface CheckedCall extends Call {
  /** Of the socket that was checked. */
  readonly identity: string;
}

async function converse(
  deps: ExecForwarderDeps,
  dialect: Dialect,
  call: CheckedCall,
  proved: ProvedConnections,
): Promise<ConversationOutcome> {
  const { ids, clock, socketPath } = deps;
  const { requestJson, token, signal } = call;
  if (dialect === 'feb') {
    const client = openLineClient(socketPath);
    return await until(signal, client, () => exec(requestJson, { client, token, ids, clock }));
  }
  const connection = proved.take(call) ?? proved.open(call);
  const { client } = connection;
  return await until(signal, client, async () => {
    const proof = await connection.proof;
    if (proof.kind !== 'proved') return proof;
    const outcome = await exec(requestJson, { client, token, ids, clock }, proof.serverNonce);
    if (outcome.kind === 'answered') proved.prepare(call);
    return outcome;
  });
}

/** The connection ends with the conversation, and the conversation with the caller. */
async function until(
  signal: AbortSignal,
  client: LineClient,
  conversation: () => Promise<ConversationOutcome>,
): Promise<ConversationOutcome> {
  const leave = () => client.destroy('was left');
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await conversation();
  } finally {
    signal.removeEventListener('abort', leave);
    client.destroy('is done');
  }
}

function unsent(why: string): { kind: 'failed'; delivered: false; why: string } {
  return { kind: 'failed', delivered: false, why };
}

async function readToken(deps: ExecForwarderDeps): Promise<string | null> {
  try {
    return usableToken(await deps.token());
  } catch (error) {
    deps.log.warn('exec-forward.token', { error: errorText(error) });
    return null;
  }
}

/** Text and reason of exec-ipc §3.5; peers match the prefix. */
function failure(why: string, delivered: boolean): ForwardedResult {
  const ran = delivered ? '; the command may have run' : '';
  return {
    ok: false,
    error: {
      code: 'UNAVAILABLE',
      message: `COMPANION_APP_UNAVAILABLE: companion exec host unreachable (${why}${ran})`,
      reason: 'companion-unavailable',
    },
    delivered,
  };
}
