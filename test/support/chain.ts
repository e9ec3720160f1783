import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { type PendingApprovalView, pendingApprovalViewSchema } from '#protocol/control-socket.ts';
import type { ReadyLine } from './programs.ts';
import {
  type ConnectAs,
  helloAs,
  newTestIdentity,
  openRaw,
  type RawGatewayClient,
} from './raw-gateway-client.ts';

/** What tests of the running programs do around them. */

interface Running {
  readonly ready: ReadyLine;
  readonly stateDir: string;
}

/** The shared secret of a companion's own Gateway. */
export function gatewayToken(stateDir: string): string {
  const config = JSON.parse(readFileSync(join(stateDir, 'config.json'), 'utf8')) as {
    gateway: { auth: { token: string } };
  };
  return config.gateway.auth.token;
}

/** An operator with a device of its own; by default one that may do everything. */
export async function connectOperator(
  { ready, stateDir }: Running,
  as: Partial<ConnectAs> = {},
): Promise<RawGatewayClient> {
  const raw = await openRaw(ready.gateway.url);
  await helloAs(raw, {
    token: gatewayToken(stateDir),
    identity: newTestIdentity(),
    scopes: [
      'operator.admin',
      'operator.approvals',
      'operator.pairing',
      'operator.read',
      'operator.write',
    ],
    ...as,
  });
  return raw;
}

/** What waits for an answer now, as the control socket says it. */
export async function pendingApprovals({ ready }: Running): Promise<PendingApprovalView[]> {
  const result = await callControl(ready.controlSocket, { op: 'approvals.list' });
  return pendingApprovalViewSchema.array().parse(result);
}

/** Waits until exactly `count` requests wait for an answer. */
export function waitForApprovals(companion: Running, count: number) {
  return vi.waitFor(
    async () => {
      const pending = await pendingApprovals(companion);
      if (pending.length !== count) throw new Error(`${pending.length} wait, not ${count}`);
      return pending;
    },
    { interval: 20 },
  );
}

/** The one request that waits, once it is there. */
export async function waitForApproval(companion: Running): Promise<PendingApprovalView> {
  const [approval] = await waitForApprovals(companion, 1);
  if (!approval) throw new Error('nothing waits');
  return approval;
}

/** Answers as `openclaw-mac approvals` does. */
export function answer(
  { ready }: Running,
  { id, displayDigest }: Pick<PendingApprovalView, 'id' | 'displayDigest'>,
  decision: 'allow-once' | 'allow-always' | 'deny',
): Promise<unknown> {
  const request = { op: 'approvals.decide', id, decision, displayDigest } as const;
  return callControl(ready.controlSocket, request);
}

/** Whether a process, or any member of a process group (negative), is alive; a zombie is not. */
export function isAlive(pid: number): boolean {
  const column = pid < 0 ? 'pgid=' : 'pid=';
  const args = ['-A', '-o', column, '-o', 'stat='];
  const rows = execFileSync('ps', args, { encoding: 'utf8' }).split('\n');
  return rows.some((row) => {
    const [id, state = 'Z'] = row.trim().split(/\s+/);
    return Number(id) === Math.abs(pid) && !state.startsWith('Z');
  });
}

/** Waits until a process, or every member of a group (negative), is gone. */
export function waitForEnd(pid: number): Promise<void> {
  return vi.waitFor(
    () => {
      if (isAlive(pid)) throw new Error(`${pid} is alive`);
    },
    { interval: 20 },
  );
}

/** A number that a command wrote into a file, once it is there whole. */
export function waitForPid(path: string): Promise<number> {
  return vi.waitFor(
    () => {
      const text = readFileSync(path, 'utf8');
      if (!text.endsWith('\n')) throw new Error(`${path} is not written yet`);
      return Number(text);
    },
    { interval: 20 },
  );
}
