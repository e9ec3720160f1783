import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Logger } from '#core/ports.ts';
import { maxPayloadBeforeConnect } from '#protocol/gateway-frames.ts';
import { refusal } from './origin-guard.ts';
import { createUnprovenSockets, type UnprovenSockets } from './unproven-sockets.ts';

/** A peer that does not answer our close frame is cut off after this time. */
const closeTimeoutMs = 500;
/** A connection that does not finish its HTTP request in this time is cut off. */
const requestTimeoutMs = 10_000;

export interface ListenerDeps {
  readonly allowedOrigins: readonly string[];
  readonly log: Logger;
  /** A WebSocket passed the guard; `proven` takes its socket off the unauthenticated limit. */
  onSocket(ws: WebSocket, request: IncomingMessage, proven: () => void): void;
}

/** One HTTP server on 127.0.0.1 and, where there is IPv6, one on ::1 with the same port. */
export interface Listener {
  /** @throws CompanionError UNAVAILABLE when the port is taken. */
  listen(port: number): Promise<number>;
  /** Resolves when every socket is gone; the caller closes its WebSockets first. */
  close(): Promise<void>;
}

export function createListener(deps: ListenerDeps): Listener {
  const unproven = createUnprovenSockets();
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxPayloadBeforeConnect,
    closeTimeout: closeTimeoutMs,
  };
  const sockets = new WebSocketServer(options);
  const servers: Server[] = [];

  return {
    async listen(port) {
      const main = createHttpServer(deps, sockets, unproven);
      const bound = await bind(main, '127.0.0.1', port);
      servers.push(main);
      const second = createHttpServer(deps, sockets, unproven);
      try {
        await bind(second, '::1', bound);
        servers.push(second);
      } catch (error) {
        // Best effort (gateway §1): there may be no IPv6 here.
        deps.log.debug('gateway.listen.no-ipv6', { port: bound, error: errorText(error) });
      }
      return bound;
    },
    async close() {
      const closing = servers.map(
        (server) => new Promise<void>((resolve) => server.close(() => resolve())),
      );
      for (const server of servers) server.closeAllConnections();
      await Promise.all(closing);
    },
  };
}

function createHttpServer(
  deps: ListenerDeps,
  sockets: WebSocketServer,
  unproven: UnprovenSockets,
): Server {
  const server = createServer({
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Looks no more often than this, so that an idle companion sleeps; a slow one has twice the time.
    connectionsCheckingInterval: requestTimeoutMs,
    keepAliveTimeout: requestTimeoutMs,
  });
  server.on('connection', (socket: Socket) => unproven.add(socket));
  server.on('request', (request, response) => {
    const refused = refusal(request.headers, deps.allowedOrigins);
    if (refused !== null) respond(response, 403, refused);
    else answerHttp(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until ws owns the socket, nobody else listens for its errors.
    const ignore = () => socket.destroy();
    socket.on('error', ignore);
    const refused = refusal(request.headers, deps.allowedOrigins);
    if (refused !== null) {
      deps.log.warn('gateway.upgrade.refused', { reason: refused });
      socket.end(rawForbidden(refused), () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      socket.off('error', ignore);
      deps.onSocket(ws, request, () => unproven.remove(request.socket));
    });
  });
  return server;
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(host, port) : error);
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function portTaken(host: string, port: number): CompanionError {
  return new CompanionError('UNAVAILABLE', `port ${port} on ${host} is already in use`, {
    details: { code: 'EADDRINUSE', port },
    hint: 'Stop the other program, or name another port with --port.',
  });
}

const commonHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** There is nothing to see here: no control UI, no health endpoint (gateway §1). */
function answerHttp(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    respond(response, 405, 'only GET and HEAD are answered here');
  } else if (request.url === '/') {
    respond(response, 200, 'OpenClaw Companion gateway. Clients connect with a WebSocket.');
  } else {
    respond(response, 404, 'not found');
  }
}

function respond(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, commonHeaders);
  response.end(response.req.method === 'HEAD' ? undefined : `${text}\n`);
}

function rawForbidden(text: string): string {
  const length = Buffer.byteLength(text) + 1;
  return [
    'HTTP/1.1 403 Forbidden',
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${length}`,
    '',
    `${text}\n`,
  ].join('\r\n');
}
