import type { DecidedBy } from '#core/approvals/types.ts';
import { CompanionError } from '#core/errors.ts';
import { pairingMessages } from '#core/messages-pairing.ts';
import type { AuditEntry } from '#core/ports.ts';
import { type Deed, nodeRemovalRow, revocationRow } from '../audit/connection-rows.ts';
import type { GatewayLink } from '../node/types.ts';
import { type LetInReader, letInTimeoutMs } from './let-in.ts';

export interface ShutOutDeps {
  readonly operator: Pick<GatewayLink, 'request'>;
  readonly letIn: Pick<LetInReader, 'all'>;
  /** Our own device. */
  readonly deviceId: string;
  readonly deed: (by: DecidedBy) => Deed;
  /** It is done: for the audit, and for who shows it. */
  readonly done: (row: AuditEntry) => void;
}

/** Takes away what lets somebody in. */
export interface ShutOut {
  /**
   * Takes a device's token away; its connections end. Never our own.
   * @returns false when there is no such token.
   * @throws CompanionError UNREACHABLE, TIMEOUT, or what the Gateway said.
   */
  revoke(target: { deviceId: string; role: string }, by: DecidedBy): Promise<boolean>;
  /**
   * Takes away whatever lets a node in; its connections end.
   * @returns false when there is nothing to take.
   * @throws CompanionError UNAVAILABLE for our own node; else as {@link revoke}.
   */
  revokeNode(nodeId: string, by: DecidedBy): Promise<boolean>;
}

export function createShutOut({ operator, letIn, deviceId, deed, done }: ShutOutDeps): ShutOut {
  const take = async (method: string, params: unknown, row: () => AuditEntry): Promise<boolean> => {
    if (!(await taken(operator, method, params))) return false;
    done(row());
    return true;
  };
  const revoke: ShutOut['revoke'] = async ({ deviceId: id, role }, by) => {
    if (id === deviceId) return false;
    const row = () => revocationRow(id, role, deed(by));
    return take('device.token.revoke', { deviceId: id, role }, row);
  };
  return {
    revoke,
    async revokeNode(nodeId, by) {
      if (nodeId === deviceId) throw new CompanionError('UNAVAILABLE', pairingMessages.ownNode);
      const { nodes } = await letIn.all();
      const ways = nodes?.find((one) => one.nodeId === nodeId)?.ways ?? [];
      const row = () => nodeRemovalRow(nodeId, deed(by));
      const device = { deviceId: nodeId, role: 'node' };
      const wasDevice = ways.includes('device') && (await revoke(device, by));
      const wasPaired =
        ways.includes('pairing') && (await take('node.pair.remove', { nodeId }, row));
      return wasDevice || wasPaired;
    },
  };
}

/** False when it was gone already. */
async function taken(
  operator: ShutOutDeps['operator'],
  method: string,
  params: unknown,
): Promise<boolean> {
  try {
    await operator.request(method, params, { timeoutMs: letInTimeoutMs });
    return true;
  } catch (error) {
    const isUnknown =
      error instanceof CompanionError && /unknown (device|node)id/i.test(error.message);
    if (isUnknown) return false;
    throw error;
  }
}
