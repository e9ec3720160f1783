import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { callControl } from '#host/sockets/control-client.ts';
import { createExecForwarder, type ExecForwarder } from '#host/sockets/exec-client.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { companionStatusSchema } from '#protocol/control-socket.ts';
import {
  createFakeElectron,
  type FakeElectron,
  type FakeElectronOptions,
} from '#support/fake-electron.ts';
import { runMain } from '#support/run-main.ts';
import { root } from '../scripts/run-tool.ts';

/** The built main process over the fake Electron, in this process, and who talks to it. */

/** Resolves once everything has started: its Gateway, its own node on it, and its first window. */
export async function startMain(
  stateDir: string,
  options: FakeElectronOptions,
): Promise<FakeElectron> {
  process.env.OPENCLAW_COMPANION_STATE_DIR = stateDir;
  process.env.OPENCLAW_GATEWAY_PORT = '0';
  const fake = createFakeElectron({ platform: 'linux', ...options });
  await runMain(join(root, 'out/main/index.mjs'), fake);
  while (!(await isConnected(stateDir)) || fake.windows.length === 0) await wait(50);
  return fake;
}

async function isConnected(stateDir: string): Promise<boolean> {
  try {
    const answer = await callControl(join(stateDir, 'control.sock'), { op: 'status' });
    const { connected } = companionStatusSchema.parse(answer).gateway;
    return connected.node && connected.operator;
  } catch {
    // Nobody listens yet.
    return false;
  }
}

/** Asks as a node host does. */
export function forwarderTo(stateDir: string): ExecForwarder {
  const document = readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8');
  const { socket } = JSON.parse(document) as { socket: { token: string } };
  const silent = () => undefined;
  return createExecForwarder({
    socketPath: join(stateDir, 'exec-approvals.sock'),
    token: () => socket.token,
    ids: systemIds,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}
