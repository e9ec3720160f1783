import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ExecOrigin, ExecRequest } from '#core/exec/types.ts';
import { createExecForwarder, type ExecForwarderDeps } from '#host/sockets/exec-client.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { createFakeLogger } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export const companionToken = 'q0Zk3vYw8Jm2N5b7X1cR4tUe6hLaSdFg';

export type WireMessage = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly id: string;
};

export interface FakeConnection {
  readonly socket: Socket;
  send(...lines: (object | string)[]): void;
  /** Proves knowledge of the token, or of another one. */
  prove(challenge: WireMessage, token?: string): void;
  readonly closed: Promise<unknown>;
}

export interface FakeCompanion {
  readonly path: string;
  /** Every line of every connection. */
  readonly received: readonly WireMessage[];
  readonly connections: readonly FakeConnection[];
  stop(): Promise<void>;
}

/** A Unix socket server that does with each line what the test says. */
export async function startFakeCompanion(
  onMessage: (message: WireMessage, connection: FakeConnection) => void,
  path = join(tempDir(), 'exec-approvals.sock'),
): Promise<FakeCompanion> {
  const received: WireMessage[] = [];
  const connections: FakeConnection[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection: FakeConnection = {
      socket,
      send(...lines) {
        for (const line of lines) {
          socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
        }
      },
      prove(challenge, token = companionToken) {
        const nonce = 'server-nonce';
        const proof = mac(token, `server:${challenge.nonce}:${nonce}`);
        connection.send({ type: 'challenge-res', id: challenge.id, nonce, proof });
      },
      closed: new Promise((resolve) => socket.on('close', resolve)),
    };
    connections.push(connection);
    let text = '';
    socket.on('error', () => {
      // A client that leaves in the middle is part of the tests.
    });
    socket.on('end', () => socket.end());
    socket.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as WireMessage;
        received.push(message);
        onMessage(message, connection);
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    for (const { socket } of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(path, { force: true });
  };
  onTestFinished(() => stop());
  return { path, received, connections, stop };
}

export function mac(token: string, text: string): string {
  return createHmac('sha256', token).update(text, 'utf8').digest('hex');
}

/** A forwarder to `socketPath` and the log it writes. */
export function testForwarder(socketPath: string, deps: Partial<ExecForwarderDeps> = {}) {
  const log = createFakeLogger();
  const forward = createExecForwarder({
    socketPath,
    token: () => companionToken,
    ids: systemIds,
    clock: systemClock,
    log,
    ...deps,
  });
  return { forward, log };
}

export const unameRequest: ExecRequest = {
  argv: ['uname', '-s'],
  rawCommand: 'uname -s',
  cwd: '/tmp',
  env: { FOO: 'bar', PATH: '/x' },
  timeoutMs: 5_000,
  needsScreenRecording: false,
  agentId: 'main',
  sessionKey: 'agent:main:main',
  runId: 'run-1',
  claimedDecision: null,
};

export const nodeOrigin: ExecOrigin = {
  transport: 'node-invoke',
  nodeId: 'node-1',
  nodeName: 'test host',
  budgetMs: 30_000,
};

export const neverAborted = new AbortController().signal;
