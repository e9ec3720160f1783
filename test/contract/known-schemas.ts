import { z } from 'zod';
import { approvalsSnapshotSchema } from '#protocol/approvals-document.ts';
import * as approvals from '#protocol/gateway-approvals.ts';
import {
  connectChallengeSchema,
  connectParamsSchema,
  helloOkSchema,
} from '#protocol/gateway-connect.ts';
import * as devices from '#protocol/gateway-devices.ts';
import * as nodes from '#protocol/gateway-nodes.ts';
import * as system from '#protocol/gateway-system.ts';

/** Which schema holds for which method and event: the map the recordings are replayed against. */

interface MethodSchemas {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
}

const method = (params: z.ZodType, result: z.ZodType): MethodSchemas => ({ params, result });

export const methodSchemas: Readonly<Record<string, MethodSchemas>> = {
  connect: method(connectParamsSchema, helloOkSchema),
  health: method(system.healthParamsSchema, system.healthSchema),
  status: method(system.healthParamsSchema, system.statusSchema),
  'system-presence': method(system.noParamsSchema, system.presenceListSchema),
  'system-event': method(system.systemEventParamsSchema, approvals.okResultSchema),
  // No heartbeat had run in the recordings, and none ever runs in our Gateway.
  'last-heartbeat': method(system.noParamsSchema, z.null()),
  'config.get': method(system.noParamsSchema, system.configSnapshotSchema),
  'skills.bins': method(system.noParamsSchema, system.skillsBinsResultSchema),
  'logs.tail': method(system.logsTailParamsSchema, system.logsTailResultSchema),
  'node.list': method(nodes.nodeListParamsSchema, nodes.nodeListResultSchema),
  'node.describe': method(nodes.nodeDescribeParamsSchema, nodes.nodeDescribeResultSchema),
  'node.rename': method(nodes.nodeRenameParamsSchema, nodes.nodeRenameResultSchema),
  'node.invoke': method(nodes.nodeInvokeParamsSchema, nodes.nodeInvokeResponseSchema),
  'node.invoke.result': method(nodes.nodeInvokeResultParamsSchema, nodes.nodeInvokeResultAckSchema),
  'node.event': method(nodes.nodeEventParamsSchema, approvals.okResultSchema),
  'node.pair.request': method(nodes.nodePairRequestParamsSchema, nodes.nodePairRequestResultSchema),
  'node.pair.list': method(nodes.nodeListParamsSchema, nodes.nodePairListResultSchema),
  'node.pair.approve': method(
    nodes.nodePairDecisionParamsSchema,
    nodes.nodePairApproveResultSchema,
  ),
  'node.pair.reject': method(nodes.nodePairDecisionParamsSchema, nodes.nodePairRejectResultSchema),
  'node.pair.remove': method(nodes.nodePairRemoveParamsSchema, nodes.nodePairRemoveResultSchema),
  'node.pair.verify': method(nodes.nodePairVerifyParamsSchema, nodes.nodePairVerifyResultSchema),
  'device.pair.list': method(devices.devicePairListParamsSchema, devices.devicePairListSchema),
  'device.pair.approve': method(
    devices.devicePairDecideParamsSchema,
    devices.devicePairApprovedSchema,
  ),
  'device.pair.reject': method(
    devices.devicePairDecideParamsSchema,
    devices.devicePairRejectedSchema,
  ),
  'device.token.rotate': method(
    devices.deviceTokenRotateParamsSchema,
    devices.deviceTokenRotatedSchema,
  ),
  'device.token.revoke': method(
    devices.deviceTokenRevokeParamsSchema,
    devices.deviceTokenRevokedSchema,
  ),
  'exec.approval.request': method(
    approvals.execApprovalRequestParamsSchema,
    approvals.execApprovalDecisionSchema,
  ),
  'exec.approval.resolve': method(
    approvals.execApprovalResolveParamsSchema,
    approvals.okResultSchema,
  ),
  'exec.approvals.get': method(approvals.approvalsGetParamsSchema, approvalsSnapshotSchema),
  'exec.approvals.set': method(approvals.approvalsSetParamsSchema, approvalsSnapshotSchema),
  'exec.approvals.node.get': method(
    approvals.approvalsNodeGetParamsSchema,
    approvalsSnapshotSchema,
  ),
  'exec.approvals.node.set': method(
    approvals.approvalsNodeSetParamsSchema,
    approvalsSnapshotSchema,
  ),
};

export const eventSchemas: Readonly<Record<string, z.ZodType>> = {
  'connect.challenge': connectChallengeSchema,
  health: system.healthSchema,
  presence: system.presenceEventSchema,
  tick: system.tickEventSchema,
  shutdown: system.shutdownEventSchema,
  'voicewake.changed': system.voicewakeSchema,
  'node.invoke.request': nodes.nodeInvokeRequestSchema,
  'device.pair.requested': devices.pendingDeviceSchema,
  'device.pair.resolved': devices.devicePairResolvedSchema,
  'node.pair.requested': nodes.nodePairRequestSchema,
  'node.pair.resolved': nodes.nodePairResolvedSchema,
  'exec.approval.requested': approvals.execApprovalRequestedSchema,
  'exec.approval.resolved': approvals.execApprovalResolvedSchema,
};

/** Recorded, but not part of what we serve: only the frame around them is checked. */
export const unservedMethods: ReadonlySet<string> = new Set([
  'agents.list',
  'channels.status',
  'config.patch',
  'config.set',
  'cron.status',
  'models.list',
  'no.such',
  'no.such.method',
  'node.pluginTools.update',
  'node.runnerInventory.update',
  'node.skills.update',
  'sessions.list',
  'skills.status',
  'voicewake.get',
]);

export const unservedEvents: ReadonlySet<string> = new Set([
  'chat.metadata.changed',
  'heartbeat',
  'skills.changed',
  'voicewake.routing.changed',
]);
