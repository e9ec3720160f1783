import { z } from 'zod';
import { CompanionError } from '#core/errors.ts';
import { approveNode, isOutdated, newNodeRequest } from '#core/gateway/node-pairing.ts';
import type { Clock, Ids, Logger } from '#core/ports.ts';
import { MirroredMap } from '#host/store/mirrored-map.ts';
import {
  type NodePairRequest,
  nodeListParamsSchema,
  nodePairDecisionParamsSchema,
  nodePairRemoveParamsSchema,
  nodePairRequestParamsSchema,
  nodePairRequestSchema,
  nodePairVerifyParamsSchema,
  type PairedNode,
  pairedNodeSchema,
} from '#protocol/gateway-nodes.ts';
import type { GatewayCore } from '../gateway.ts';
import { nodeIdOf } from '../node-registry.ts';
import { parseParams } from '../params.ts';
import { secretsEqual } from '../secrets.ts';
import type { GatewayFeature, Session } from '../types.ts';

/** Requests kept for a person; the oldest goes first. */
const maxPending = 128;
/** Of this store, which gates nothing. */
const maxPaired = 256;

interface NodePairingDeps extends GatewayCore {
  readonly pendingPath: string;
  readonly pairedPath: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

interface NodePairingFeature extends GatewayFeature {
  /** Reads the files once; call before the first client. */
  load(): Promise<void>;
  /** Renames a node of this store; false for one it does not hold. Durable before it resolves. */
  rename(nodeId: string, displayName: string): Promise<boolean>;
}

/** Legacy `node.pair.*` (gateway §7.2): in memory, written behind before the answer. */
export function createNodePairingFeature(deps: NodePairingDeps): NodePairingFeature {
  const pending = new MirroredMap(
    deps.pendingPath,
    z.record(z.string(), nodePairRequestSchema),
    deps.log,
  );
  const paired = new MirroredMap(deps.pairedPath, z.record(z.string(), pairedNodeSchema), deps.log);
  const save = async (): Promise<void> => {
    await Promise.all([pending.save(), paired.save()]);
  };
  const store = { pending, paired, save };
  return {
    methods: {
      'node.pair.request': (params) => request(deps, store, params),
      'node.pair.list': (params) => {
        parseParams('node.pair.list', nodeListParamsSchema, params ?? {});
        prune(deps, store);
        return {
          pending: pending.values().sort((a, b) => b.ts - a.ts),
          paired: paired.values().sort((a, b) => b.approvedAtMs - a.approvedAtMs),
        };
      },
      'node.pair.approve': (params) => approve(deps, store, params),
      'node.pair.reject': (params) => reject(deps, store, params),
      'node.pair.remove': (params) => remove(deps, store, params),
      'node.pair.verify': (params) => {
        const asked = parseParams('node.pair.verify', nodePairVerifyParamsSchema, params);
        const node = paired.get(asked.nodeId);
        return node && secretsEqual(node.token, asked.token) ? { ok: true, node } : { ok: false };
      },
    },
    events: ['node.pair.requested', 'node.pair.resolved'],
    async load() {
      await Promise.all([pending.load(), paired.load()]);
    },
    async rename(nodeId, displayName) {
      const node = paired.get(nodeId);
      if (!node) return false;
      paired.set(nodeId, { ...node, displayName });
      await paired.save();
      return true;
    },
  };
}

interface Store {
  readonly pending: MirroredMap<NodePairRequest>;
  readonly paired: MirroredMap<PairedNode>;
  save(): Promise<void>;
}

async function request(deps: NodePairingDeps, store: Store, params: unknown): Promise<unknown> {
  const asked = parseParams('node.pair.request', nodePairRequestParamsSchema, params);
  prune(deps, store);
  const waiting = store.pending.values().find((one) => one.nodeId === asked.nodeId);
  if (waiting) return { status: 'pending', request: waiting, created: false };
  const known = store.paired.get(asked.nodeId);
  const created = newNodeRequest(asked, known, deps.ids.uuid(), deps.clock.now());
  store.pending.set(created.requestId, created);
  prune(deps, store);
  await store.save();
  tell(deps, 'node.pair.requested', created);
  return { status: 'pending', request: created, created: true };
}

async function approve(deps: NodePairingDeps, store: Store, params: unknown): Promise<unknown> {
  const { one, requestId, nodeId } = take(deps, store, 'node.pair.approve', params);
  if (store.paired.size >= maxPaired && !store.paired.get(nodeId)) {
    throw new CompanionError('UNAVAILABLE', `${maxPaired} nodes are paired already`);
  }
  const token = deps.ids.uuid().replaceAll('-', '');
  const node = approveNode(one, store.paired.get(nodeId), token, deps.clock.now());
  store.paired.set(nodeId, node);
  await store.save();
  tellResolved(deps, one, 'approved');
  return { requestId, node };
}

async function reject(deps: NodePairingDeps, store: Store, params: unknown): Promise<unknown> {
  const { one, requestId, nodeId } = take(deps, store, 'node.pair.reject', params);
  await store.save();
  tellResolved(deps, one, 'rejected');
  return { requestId, nodeId };
}

/** Ends the node's connections too; what else lets it in, a device token, has its own revocation. */
async function remove(deps: NodePairingDeps, store: Store, params: unknown): Promise<unknown> {
  const { nodeId } = parseParams('node.pair.remove', nodePairRemoveParamsSchema, params);
  if (!store.paired.get(nodeId)) throw new CompanionError('INVALID_REQUEST', 'unknown nodeId');
  store.paired.delete(nodeId);
  const isMeant = (one: Session) => one.role === 'node' && nodeIdOf(one) === nodeId;
  deps.closeSessions(isMeant, 1008, 'node pairing removed');
  await store.save();
  const ts = deps.clock.now();
  tell(deps, 'node.pair.resolved', { requestId: '', nodeId, decision: 'removed', ts });
  return { nodeId };
}

/** Removes the request, so that two deciders cannot both win. */
function take(deps: NodePairingDeps, store: Store, method: string, params: unknown) {
  const { requestId } = parseParams(method, nodePairDecisionParamsSchema, params);
  prune(deps, store);
  const one = store.pending.get(requestId);
  if (!one) throw new CompanionError('INVALID_REQUEST', 'unknown requestId');
  store.pending.delete(requestId);
  return { one, requestId, nodeId: one.nodeId };
}

function prune(deps: NodePairingDeps, { pending }: Store): void {
  const excess = pending.size - maxPending;
  for (const [index, one] of pending.values().entries()) {
    if (index < excess || isOutdated(one, deps.clock.now())) pending.delete(one.requestId);
  }
}

function tellResolved(
  deps: NodePairingDeps,
  { requestId, nodeId }: NodePairRequest,
  decision: 'approved' | 'rejected',
): void {
  const resolved = { requestId, nodeId, decision, ts: deps.clock.now() };
  tell(deps, 'node.pair.resolved', resolved);
}

/** Only operators with pairing or admin hear of it (gateway §5). */
function tell(deps: NodePairingDeps, event: string, payload: unknown): void {
  deps.broadcaster.broadcast(event, payload, { dropIfSlow: true, to: mayPair });
}

function mayPair({ role, scopes }: Session): boolean {
  return role === 'operator' && (scopes.has('operator.admin') || scopes.has('operator.pairing'));
}
