import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { companionConfigSchema } from '#core/config.ts';
import type { ExecRequest } from '#core/exec/types.ts';
import { createCleanup } from '#host/cleanup.ts';
import type { Services } from '#host/companion/services.ts';
import { openSockets } from '#host/companion/sockets.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { execLine, okResult } from '#support/exec-socket.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { placeOpenClawDatabase } from '#support/openclaw-state.ts';
import { openTestStore } from '#support/policy-store.ts';
import { rawPeer } from '#support/raw-peer.ts';
import { tempDir } from '#support/temp-dir.ts';

/** The sockets of a companion beside an OpenClaw in `openClaw`. */
async function start(openClaw: string, serveOpenClawNodeHost: boolean, policyText?: string) {
  const stateDir = resolveStateDir(tempDir(), {});
  const log = createFakeLogger();
  const { store: policy } = await openTestStore({
    dir: stateDir.root,
    ...(policyText === undefined ? {} : { text: policyText }),
  });
  const executed: ExecRequest[] = [];
  const execute = async (request: ExecRequest) => {
    executed.push(request);
    return okResult;
  };
  const desk = { attach: () => () => {} };
  const cleanup = createCleanup(log);
  onTestFinished(cleanup.run);
  const services = { policy, desk, execHost: { execute }, queue: {} } as unknown as Services;
  const options = {
    stateDir,
    config: companionConfigSchema.parse({ version: 1, serveOpenClawNodeHost }),
    env: { OPENCLAW_STATE_DIR: openClaw },
    log,
  };
  await openSockets(options as never, services, () => ({}) as never, cleanup);
  return { stateDir, policy, executed, log, cleanup };
}

it('D3: serves the socket that a newer OpenClaw names, with its token', async () => {
  const openClaw = tempDir();
  const path = join(openClaw, 'exec-approvals.sock');
  placeOpenClawDatabase(openClaw, { version: 1, socket: { path, token: 'theirs' } });
  const { executed, stateDir, cleanup, policy } = await start(openClaw, true);
  const peer = await rawPeer(path);
  peer.send(execLine({ token: 'theirs', request: { command: ['/bin/echo', 'hi'] } }));
  expect(JSON.parse(await peer.line())).toMatchObject({ type: 'exec-res', ok: true });
  expect(executed.map(({ argv }) => argv)).toEqual([['/bin/echo', 'hi']]);
  // Each socket has its own secret.
  const own = await rawPeer(stateDir.execSocket);
  own.send(execLine({ token: 'theirs' }));
  expect(JSON.parse(await own.line())).toMatchObject({ ok: false });
  expect(policy.token()).not.toBe('theirs');
  expect(executed).toHaveLength(1);
  expect(existsSync(join(openClaw, 'exec-approvals.json'))).toBe(false);
  await cleanup.run();
  expect(existsSync(path)).toBe(false);
});

it('D3: tells an older OpenClaw of our socket', async () => {
  const openClaw = tempDir();
  const path = join(openClaw, 'exec-approvals.json');
  writeFileSync(path, '{"version":1,"agents":{}}', { mode: 0o600 });
  const { policy, stateDir } = await start(openClaw, true);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    version: 1,
    agents: {},
    socket: { path: stateDir.execSocket, token: policy.token() },
  });
});

it('D3, S16: tells nobody a token while our own policy is unusable', async () => {
  const openClaw = tempDir();
  const { log } = await start(openClaw, true, '{');
  expect(readdirSync(openClaw)).toEqual([]);
  expect(log.lines.map(({ event }) => event)).toContain('openclaw.node-host.not-served');
});

it('D3: touches nothing of OpenClaw’s unless a person switched it on', async () => {
  const openClaw = tempDir();
  const path = join(openClaw, 'exec-approvals.sock');
  placeOpenClawDatabase(openClaw, { version: 1, socket: { path, token: 'theirs' } });
  await start(openClaw, false);
  expect(readdirSync(openClaw)).toEqual(['state']);
});

it('starts without OpenClaw’s socket where that belongs to somebody else', async () => {
  const openClaw = tempDir();
  const path = join(openClaw, 'exec-approvals.sock');
  mkdirSync(path);
  placeOpenClawDatabase(openClaw, { version: 1, socket: { path, token: 'theirs' } });
  const { stateDir, log } = await start(openClaw, true);
  expect(existsSync(stateDir.execSocket)).toBe(true);
  expect(log.lines.find(({ event }) => event === 'openclaw.node-host.not-served')).toMatchObject({
    level: 'warn',
  });
});
