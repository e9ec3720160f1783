import type { ApprovalDesk, PendingApproval } from '#core/approvals/types.ts';
import type { RecentApproval } from './recent-approvals.ts';

/** One `exec.approval.request` that waits. */
interface OpenRequest {
  /** Its id everywhere but on the wire. */
  readonly deskId: string;
  /** `clientIdentity` of who asked. */
  readonly asker: string;
  readonly claimedPath: string | null;
  readonly settled: Promise<RecentApproval>;
}

/**
 * Requests by their id on the wire. A client may choose that one; at the desk each has an id of
 * ours, so that no chosen id stands for what a person has read under a like one, or under its
 * beginning (S24). Questions of the exec host have one id everywhere.
 */
export interface OpenRequests {
  add(wireId: string, request: OpenRequest): void;
  get(wireId: string): OpenRequest | undefined;
  remove(wireId: string): void;
  wireIdOf(deskId: string): string;
  /** The question that waits under this id on the wire. */
  pending(wireId: string): PendingApproval | null;
}

export function createOpenRequests(desk: Pick<ApprovalDesk, 'get'>): OpenRequests {
  const requests = new Map<string, OpenRequest>();
  const wireIds = new Map<string, string>();
  return {
    add(wireId, request) {
      requests.set(wireId, request);
      wireIds.set(request.deskId, wireId);
    },
    get: (wireId) => requests.get(wireId),
    remove(wireId) {
      const request = requests.get(wireId);
      requests.delete(wireId);
      if (request) wireIds.delete(request.deskId);
    },
    wireIdOf: (deskId) => wireIds.get(deskId) ?? deskId,
    pending(wireId) {
      const request = requests.get(wireId);
      if (request) return desk.get(request.deskId);
      // What was asked under another id is not to be had under the desk's.
      return wireIds.has(wireId) ? null : desk.get(wireId);
    },
  };
}
