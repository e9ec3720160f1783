import type {
  NodePairRequest,
  NodePairRequestParams,
  PairedNode,
} from '#protocol/gateway-nodes.ts';

/** Rules of the legacy node pairing (gateway §7.2). It gates nothing; some CLIs still use it. */

const pendingTtlMs = 5 * 60_000;

export function isOutdated(request: NodePairRequest, nowMs: number): boolean {
  return nowMs - request.ts > pendingTtlMs;
}

export function newNodeRequest(
  params: NodePairRequestParams,
  known: PairedNode | undefined,
  requestId: string,
  nowMs: number,
): NodePairRequest {
  return { requestId, ...params, isRepair: known !== undefined, ts: nowMs };
}

/** The node as approved: facts of the request, a fresh token, its first creation time. */
export function approveNode(
  request: NodePairRequest,
  known: PairedNode | undefined,
  token: string,
  nowMs: number,
): PairedNode {
  const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, nodeId, ...facts } = request;
  return {
    ...known,
    nodeId,
    token,
    ...facts,
    createdAtMs: known?.createdAtMs ?? nowMs,
    approvedAtMs: nowMs,
  };
}
