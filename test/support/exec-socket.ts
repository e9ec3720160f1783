import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ExecOrigin, ExecRequest, ExecResult } from '#core/exec/types.ts';
import type { Clock, Ids } from '#core/ports.ts';
import { createExecServer, type ExecServerDeps } from '#host/sockets/exec-server.ts';
import type { LineServer } from '#host/sockets/line-server.ts';
import { createNonceCache } from '#host/sockets/nonce-cache.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import type { ExecDecision, PromptRequest } from '#protocol/exec-socket.ts';
import { createFakeLogger } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export const execToken = 'q0Zk3vYw8Jm2N5b7X1cR4tUe6hLaSdFg';

export interface ExecLineOptions {
  readonly token?: string;
  readonly id?: string;
  readonly nonce?: string;
  readonly ts?: number;
  readonly request?: unknown;
  readonly requestJson?: string;
  /** Bound into the MAC and sent (D13). */
  readonly serverNonce?: string;
}

/** One signed `exec` line, made by the text of exec-ipc §2 and not by the code under test. */
export function execLine(options: ExecLineOptions = {}): string {
  const { token = execToken, id = randomUUID(), serverNonce } = options;
  const nonce = options.nonce ?? randomBytes(16).toString('hex');
  const ts = options.ts ?? Date.now();
  const requestJson =
    options.requestJson ?? JSON.stringify(options.request ?? { command: ['/bin/echo', 'hi'] });
  const signed = [nonce, ...(serverNonce === undefined ? [] : [serverNonce]), ts, requestJson];
  const hmac = createHmac('sha256', token).update(signed.join(':'), 'utf8').digest('hex');
  const extra = serverNonce === undefined ? {} : { serverNonce };
  return `${JSON.stringify({ type: 'exec', id, nonce, ts, hmac, requestJson, ...extra })}\n`;
}

export interface ExecCall {
  readonly request: ExecRequest;
  readonly origin: ExecOrigin;
  readonly signal: AbortSignal;
}

export interface ExecSocketFixture {
  readonly path: string;
  readonly noncesPath: string;
  readonly server: LineServer;
  readonly log: ReturnType<typeof createFakeLogger>;
  /** Every request that got through to `execute`. */
  readonly executed: ExecCall[];
  readonly prompted: { readonly request: PromptRequest; readonly signal: AbortSignal }[];
}

export interface ExecSocketOptions {
  readonly dir?: string;
  readonly token?: () => string;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly limits?: NonNullable<ExecServerDeps['limits']>;
  readonly ownUid?: number;
  readonly execute?: (call: ExecCall) => Promise<ExecResult>;
  readonly prompt?: (request: PromptRequest, signal: AbortSignal) => Promise<ExecDecision | null>;
}

export const okResult: ExecResult = {
  ok: true,
  payload: { exitCode: 0, timedOut: false, success: true, stdout: 'hi\n', stderr: '' },
};

/** An exec server that is listening in a folder of its own and is stopped with the test. */
export async function startExecSocket(options: ExecSocketOptions = {}): Promise<ExecSocketFixture> {
  const dir = options.dir ?? tempDir();
  const path = join(dir, 'exec-approvals.sock');
  const noncesPath = join(dir, 'exec-nonces.json');
  const clock = options.clock ?? systemClock;
  const log = createFakeLogger();
  const executed: ExecCall[] = [];
  const prompted: ExecSocketFixture['prompted'] = [];
  const server = createExecServer({
    path,
    token: options.token ?? (() => execToken),
    async execute(request, origin, signal) {
      const call = { request, origin, signal };
      executed.push(call);
      return options.execute === undefined ? okResult : options.execute(call);
    },
    async prompt(request, signal) {
      prompted.push({ request, signal });
      return options.prompt === undefined ? 'allow-once' : options.prompt(request, signal);
    },
    nonces: createNonceCache({ path: noncesPath, clock, hasher: systemHasher, log }),
    clock,
    ids: options.ids ?? systemIds,
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.ownUid === undefined ? {} : { ownUid: options.ownUid }),
  });
  await server.start();
  onTestFinished(() => server.stop());
  return { path, noncesPath, server, log, executed, prompted };
}

/** Settles when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
