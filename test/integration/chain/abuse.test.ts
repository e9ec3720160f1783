import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  connectOperator,
  gatewayToken,
  pendingApprovals,
  waitForApprovals,
} from '#support/chain.ts';
import { runCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { helloAs, newTestIdentity, openRaw } from '#support/raw-gateway-client.ts';

/** Resident memory of a process in MiB. */
function residentMiB(pid: number): number {
  const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kib) / 1024;
}

/** Connects, writes, and breaks the connection; resolves when it is over. */
function breakOff(path: string, data: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.write(data, () => socket.destroy()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

function breakOffWebSocket(url: string, data: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    const ws = new WebSocket(url);
    ws.on('open', () => ws.send(data, () => ws.terminate()));
    ws.on('error', () => undefined);
    ws.on('close', () => resolve());
  });
}

const garbage: readonly (Uint8Array | string)[] = [
  '',
  '\n',
  'null\n',
  '{}\n',
  '[[[[\n',
  '{"type":"exec"',
  '{"type":"exec","id":1,"nonce":[],"ts":"x","hmac":null,"requestJson":{}}\n',
  '{"type":"challenge","id":"c","nonce":"n"}\n',
  '{"op":"approvals.decide","id":"x"}\n',
  '{"type":"req","id":"1","method":"connect","params":{}}',
  `${'x'.repeat(300_000)}\n`,
  `{"op":"status","x":"${'\u0000'}"}\n`,
  randomBytes(4_096),
];

/** Every program that is expected to be well says nothing of a defect. */
function expectCalm(stderr: string): void {
  expect(stderr).not.toMatch(/unhandled|uncaught|TypeError|RangeError|\n {4}at |internal/i);
}

describe('a running chain that is abused', () => {
  it('garbage and abrupt disconnects on every way in leave it healthy', async () => {
    const companion = await startCompanion({ decide: 'allow-once' });
    const { ready, stateDir } = companion;
    const host = await startNodeHost(companion);
    const run = ['run', '--node', host.nodeId, '--', '/bin/echo', 'hi'];
    expect((await runCli(stateDir, run)).stdout).toBe('hi\n');
    const before = residentMiB(ready.pid);

    for (let round = 0; round < 8; round += 1) {
      await Promise.all(
        garbage.flatMap((data) => [
          breakOff(ready.execSocket, data),
          breakOff(ready.controlSocket, data),
          breakOffWebSocket(ready.gateway.url, data),
        ]),
      );
    }
    expect((await runCli(stateDir, run)).stdout).toBe('hi\n');
    expect((await runCli(stateDir, ['status'])).code).toBe(0);
    expect(residentMiB(ready.pid) - before).toBeLessThan(64);
    expect(await pendingApprovals(companion)).toEqual([]);
    expectCalm(companion.stderr() + host.stderr());
    expect(await companion.stop()).toBe(0);
  });

  it('a hundred operators that break off at every step leave nothing behind', async () => {
    const companion = await startCompanion();
    const { ready, stateDir } = companion;
    const token = gatewayToken(stateDir);
    const identity = newTestIdentity();
    const before = residentMiB(ready.pid);
    for (let count = 0; count < 100; count += 1) {
      const raw = await openRaw(ready.gateway.url);
      const step = count % 4;
      if (step > 0) await raw.nextEvent('connect.challenge');
      if (step > 1) {
        raw.close();
        const again = await openRaw(ready.gateway.url);
        await helloAs(again, { token, identity, scopes: ['operator.read', 'operator.write'] });
        if (step > 2) {
          again.send({
            ...{ type: 'req', id: 'r', method: 'node.invoke' },
            params: {
              nodeId: ready.nodeId,
              command: 'system.run',
              params: { command: ['/bin/echo', String(count)], agentId: `agent-${count}` },
              idempotencyKey: String(count),
            },
          });
        }
        again.ws.terminate();
      }
      raw.ws.terminate();
    }
    // Nobody waits for what they asked for: it is taken away again.
    await waitForApprovals(companion, 0);
    expect(residentMiB(ready.pid) - before).toBeLessThan(64);
    const operator = await connectOperator(companion);
    expect((await operator.request('health', {})).ok).toBe(true);
    expectCalm(companion.stderr());
    expect(await companion.stop()).toBe(0);
  });
});
