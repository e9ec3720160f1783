import { z } from 'zod';
import { maxNameChars } from './gateway-frames.ts';

/** Methods and events of the node registry and of legacy node pairing (gateway §7.2, §8). */

const name = z.string().min(1);
/** Of a client, and kept by us. */
const keptName = name.max(maxNameChars);

/** Parameters of `node.list` and `node.pair.list`. */
export const nodeListParamsSchema = z.strictObject({});

export const nodeDescribeParamsSchema = z.strictObject({ nodeId: name });

export const nodeRenameParamsSchema = z.strictObject({ nodeId: name, displayName: keptName });

/** A node as operators see it; newer peers add keys. Absent facts are left out, not null. */
const nodeInfoSchema = z.looseObject({
  nodeId: name,
  displayName: z.string().optional(),
  platform: z.string().optional(),
  version: z.string().optional(),
  coreVersion: z.string().optional(),
  uiVersion: z.string().optional(),
  deviceFamily: z.string().optional(),
  modelIdentifier: z.string().optional(),
  remoteIp: z.string().optional(),
  caps: z.array(z.string()),
  commands: z.array(z.string()),
  pathEnv: z.string().optional(),
  permissions: z.record(z.string(), z.boolean()).optional(),
  connectedAtMs: z.number().optional(),
  paired: z.boolean(),
  connected: z.boolean(),
});
export type NodeInfo = z.infer<typeof nodeInfoSchema>;

export const nodeListResultSchema = z.looseObject({
  ts: z.number(),
  nodes: z.array(nodeInfoSchema),
});

export const nodeDescribeResultSchema = nodeInfoSchema.extend({ ts: z.number() });

export const nodeRenameResultSchema = z.looseObject({ nodeId: name, displayName: z.string() });

/** `timeoutMs` 0 fires at once; absent means 30 000 (gateway §8). */
export const nodeInvokeParamsSchema = z.strictObject({
  nodeId: name,
  command: name,
  params: z.unknown().optional(),
  timeoutMs: z.int().nonnegative().optional(),
  idempotencyKey: keptName,
});
export type NodeInvokeParams = z.infer<typeof nodeInvokeParamsSchema>;

export const nodeInvokeResponseSchema = z.looseObject({
  ok: z.literal(true),
  nodeId: name,
  command: name,
  payload: z.unknown().optional(),
  payloadJSON: z.string().nullish(),
});
export type NodeInvokeResponse = z.infer<typeof nodeInvokeResponseSchema>;

/** Event to the node; the parameters travel as a JSON string. */
export const nodeInvokeRequestSchema = z.looseObject({
  id: name,
  nodeId: name,
  command: name,
  paramsJSON: z.string().nullish(),
  timeoutMs: z.number().nullish(),
  idempotencyKey: z.string().nullish(),
});
export type NodeInvokeRequest = z.infer<typeof nodeInvokeRequestSchema>;

/** Ours: nobody waits for this request any more (architecture §3 step 7). */
export const nodeInvokeCancelSchema = z.looseObject({ id: name });

/** A non-string `payloadJSON` stands for `payload`; null counts as absent (gateway §8). */
export const nodeInvokeResultParamsSchema = z.strictObject({
  id: name,
  nodeId: name,
  ok: z.boolean(),
  payload: z.unknown().optional(),
  payloadJSON: z.unknown().optional(),
  error: z.strictObject({ code: name.optional(), message: name.optional() }).nullish(),
});
export type NodeInvokeResultParams = z.infer<typeof nodeInvokeResultParamsSchema>;

export const nodeInvokeResultAckSchema = z.looseObject({
  ok: z.literal(true),
  ignored: z.literal(true).optional(),
});

export const nodeEventParamsSchema = z.strictObject({
  event: name,
  payload: z.unknown().optional(),
  payloadJSON: z.string().optional(),
});

/** Payload of the `exec.started|finished|denied` node events (exec-ipc §6.4). */
export const nodeExecEventSchema = z.looseObject({
  sessionKey: z.string(),
  runId: z.string(),
  host: z.string(),
  command: z.string().nullish(),
  exitCode: z.number().nullish(),
  timedOut: z.boolean().nullish(),
  success: z.boolean().nullish(),
  output: z.string().nullish(),
  reason: z.string().nullish(),
  suppressNotifyOnExit: z.boolean().nullish(),
});
export type NodeExecEvent = z.infer<typeof nodeExecEventSchema>;

const keptNames = z.array(keptName).max(256);

const pairingFacts = {
  nodeId: keptName,
  displayName: keptName.optional(),
  platform: keptName.optional(),
  version: keptName.optional(),
  coreVersion: keptName.optional(),
  uiVersion: keptName.optional(),
  deviceFamily: keptName.optional(),
  modelIdentifier: keptName.optional(),
  caps: keptNames.optional(),
  commands: keptNames.optional(),
  remoteIp: keptName.optional(),
};

export const nodePairRequestParamsSchema = z.strictObject({
  ...pairingFacts,
  silent: z.boolean().optional(),
});
export type NodePairRequestParams = z.infer<typeof nodePairRequestParamsSchema>;

/** Parameters of `node.pair.approve` and `node.pair.reject`. */
export const nodePairDecisionParamsSchema = z.strictObject({ requestId: name });

/** Takes a node out of the store; its token opens nothing from then on (2026.9). */
export const nodePairRemoveParamsSchema = z.strictObject({ nodeId: name });

export const nodePairVerifyParamsSchema = z.strictObject({ nodeId: name, token: name });

/** Pending request, also the payload of `node.pair.requested`. */
export const nodePairRequestSchema = z.looseObject({
  requestId: name,
  ...pairingFacts,
  silent: z.boolean().optional(),
  isRepair: z.boolean().optional(),
  ts: z.number(),
});
export type NodePairRequest = z.infer<typeof nodePairRequestSchema>;

/** A node of the legacy store as answered; newer Gateways keep the token to themselves. */
const pairedNodeViewSchema = z.looseObject({
  ...pairingFacts,
  token: name.optional(),
  permissions: z.record(z.string(), z.boolean()).optional(),
  createdAtMs: z.number(),
  approvedAtMs: z.number(),
});

/** The same as stored. `token` is a secret. */
export const pairedNodeSchema = pairedNodeViewSchema.extend({ token: name });
export type PairedNode = z.infer<typeof pairedNodeSchema>;

export const nodePairRequestResultSchema = z.looseObject({
  status: z.literal('pending'),
  request: nodePairRequestSchema,
  created: z.boolean(),
});

export const nodePairListResultSchema = z.looseObject({
  pending: z.array(nodePairRequestSchema),
  paired: z.array(pairedNodeViewSchema),
});

export const nodePairApproveResultSchema = z.looseObject({
  requestId: name,
  node: pairedNodeViewSchema,
});

export const nodePairRejectResultSchema = z.looseObject({ requestId: name, nodeId: name });

export const nodePairRemoveResultSchema = z.looseObject({ nodeId: name });

export const nodePairVerifyResultSchema = z.looseObject({
  ok: z.boolean(),
  node: pairedNodeViewSchema.optional(),
});

export const nodePairResolvedSchema = z.looseObject({
  /** Empty with `removed`: nobody asked for that. */
  requestId: z.string(),
  nodeId: name,
  decision: z.enum(['approved', 'rejected', 'removed']),
  ts: z.number(),
});
