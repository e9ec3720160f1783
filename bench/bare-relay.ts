import { randomUUID } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * The floor: `ws` and JSON, one operator, one node, nothing else. No authentication, no policy, no
 * validation: what a Gateway cannot be faster than. Runs as a process of its own, like the others.
 */
interface Req {
  readonly type: string;
  readonly id: string;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

const nodes = new Map<string, WebSocket>();
const waiting = new Map<string, (result: Record<string, unknown>) => void>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (ws) => {
  ws.send(
    JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: randomUUID() } }),
  );
  ws.on('message', (data) => {
    const req = JSON.parse(String(data)) as Req;
    const answer = (payload: unknown) =>
      ws.send(JSON.stringify({ type: 'res', id: req.id, ok: true, payload }));
    if (req.method === 'connect') {
      const device = req.params.device as { id: string };
      if (req.params.role === 'node') nodes.set(device.id, ws);
      answer({ type: 'hello-ok' });
    } else if (req.method === 'node.invoke') relay(req, answer);
    else if (req.method === 'node.invoke.result') {
      const id = String(req.params.id);
      waiting.get(id)?.(req.params);
      waiting.delete(id);
      answer({ ok: true });
    } else answer({ ts: Date.now(), nodes: [...nodes.keys()] });
  });
});

function relay(req: Req, answer: (payload: unknown) => void): void {
  const id = randomUUID();
  const { nodeId, command, params, timeoutMs, idempotencyKey } = req.params;
  waiting.set(id, (result) => {
    const payloadJSON = result.payloadJSON;
    const payload = typeof payloadJSON === 'string' ? JSON.parse(payloadJSON) : null;
    answer({ ok: true, nodeId, command, payload, payloadJSON });
  });
  const paramsJSON = params === undefined ? null : JSON.stringify(params);
  const payload = { id, nodeId, command, paramsJSON, timeoutMs, idempotencyKey };
  nodes
    .get(String(nodeId))
    ?.send(JSON.stringify({ type: 'event', event: 'node.invoke.request', payload }));
}

server.on('listening', () => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  console.log(JSON.stringify({ event: 'ready', gateway: { url: `ws://127.0.0.1:${port}` } }));
});
process.on('SIGTERM', () => process.exit(0));
