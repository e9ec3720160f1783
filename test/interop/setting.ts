import { gatewayToken } from '#support/chain.ts';
import { type ReadyLine, type RunningProgram, startCompanion } from '#support/programs.ts';
import {
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from '#support/raw-gateway-client.ts';
import { type GatewayAddress, type NodeHostOptions, realNodeHost } from './peers.ts';

/** A Gateway, ours or the real one, and an operator that watches it. */
export interface Place extends GatewayAddress {
  /** May do everything. */
  readonly operator: RawGatewayClient;
}

export interface OurPlace extends Place {
  readonly companion: RunningProgram & { readonly ready: ReadyLine };
}

/** Real programs start slowly on a busy machine. */
const patienceMs = 120_000;

/** Joins a Gateway as an operator. */
export async function watchGateway({ url, token }: GatewayAddress): Promise<Place> {
  const operator = await openRaw(url, { patienceMs });
  await helloAs(operator, {
    token,
    identity: newTestIdentity(),
    client: { id: 'gateway-client', mode: 'backend' },
    scopes: ['operator.admin', 'operator.approvals', 'operator.pairing'],
  });
  return { url, token, operator };
}

/** A companion with its own Gateway. */
export async function ourPlace(
  options: Parameters<typeof startCompanion>[0] = {},
): Promise<OurPlace> {
  const companion = await startCompanion(options);
  const token = gatewayToken(companion.stateDir);
  return { companion, ...(await watchGateway({ url: companion.ready.gateway.url, token })) };
}

export interface JoinedNode {
  readonly host: RunningProgram;
  readonly nodeId: string;
}

/** Starts the real node host and waits until the Gateway lists it. */
export async function joinHost(place: Place, options: NodeHostOptions): Promise<JoinedNode> {
  const host = realNodeHost(place, options);
  const nodeId = await Promise.race([
    connectedNode(place, options.name),
    host.exited.then((code) => {
      throw new Error(`${options.name} ended with ${code}:\n${host.stdout()}${host.stderr()}`);
    }),
  ]);
  return { host, nodeId };
}

interface ListedNode {
  readonly nodeId: string;
  readonly displayName?: string;
  readonly connected: boolean;
}

/** Waits for a connected node; a Gateway broadcasts `health` after every connect (gateway §5). */
export async function connectedNode({ operator }: Place, nameOrId: string): Promise<string> {
  for (;;) {
    const { payload } = await operator.request('node.list', {});
    const { nodes } = payload as { nodes: ListedNode[] };
    const node = nodes.find(
      (one) => one.connected && (one.displayName === nameOrId || one.nodeId === nameOrId),
    );
    if (node) return node.nodeId;
    await operator.nextEvent('health');
  }
}

export async function invoke({ operator }: Place, nodeId: string, command: string, params: object) {
  return operator.request('node.invoke', {
    nodeId,
    command,
    params,
    timeoutMs: patienceMs,
    idempotencyKey: crypto.randomUUID(),
  });
}

/** Answers the next `exec.approval.requested`. */
export async function answerNext(
  { operator }: Place,
  decision: 'allow-once' | 'deny',
): Promise<void> {
  const asked = await operator.nextEvent('exec.approval.requested');
  const { id } = asked.payload as { id: string };
  const resolved = await operator.request('exec.approval.resolve', { id, decision });
  if (!resolved.ok) throw new Error(resolved.error?.message);
}
