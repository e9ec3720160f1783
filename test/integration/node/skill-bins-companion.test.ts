import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { companionConfigSchema } from '#core/config.ts';
import { startCompanion } from '#host/companion.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { type MiniConnection, type MiniGateway, startMiniGateway } from '#support/mini-gateway.ts';
import { approvalsDocument } from '#support/policy-fixtures.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A companion that never asks, attached to a Gateway whose skills agent `main` trusts. */
async function attached(programs: readonly string[]) {
  const root = tempDir();
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const name of programs) {
    writeFileSync(join(bin, name), `#!/bin/sh\n/usr/bin/touch '${root}/${name}.ran'\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const state = join(root, 'state');
  mkdirSync(state, { mode: 0o700 });
  // Through the store: what is written beside it counts only where it is narrower (S17).
  const { store } = await openTestStore({ dir: state });
  const agents = { main: { autoAllowSkills: true } };
  const policy = approvalsDocument({ defaults: { security: 'allowlist', ask: 'off' }, agents });
  await store.replace(policy, store.current().hash);
  await store.close();
  const gateway = await startMiniGateway({ unanswered: ['skills.bins'] });
  const log = createFakeLogger();
  const companion = await startCompanion({
    stateDir: resolveStateDir(state, {}),
    config: companionConfigSchema.parse({
      version: 1,
      gateway: { auth: { token: 'own' } },
      env: { path: bin },
    }),
    port: gateway.port,
    foreignCredentials: { token: 'shared' },
    env: { PATH: '/usr/bin:/bin', HOME: root },
    notifier: { notify: async () => undefined },
    log,
  });
  onTestFinished(() => companion.stop());
  const node = await nodeConnection(gateway);
  return {
    bin,
    ran: (name: string) => existsSync(join(root, `${name}.ran`)),
    async tellSkills(bins: readonly string[]) {
      const { id } = await node.nextRequest('skills.bins');
      node.send({ type: 'res', id, ok: true, payload: { bins } });
      await expect
        .poll(() => log.lines.map(({ event }) => event))
        .toContain('skill-bins.refreshed');
    },
    /** What the Gateway hears of a run: that it succeeded, or why not. */
    async run(command: readonly string[], agentId = 'main') {
      node.invoke('system.run', { command, agentId });
      const { params } = await node.nextRequest('node.invoke.result');
      const { ok, error } = params as { ok: boolean; error?: { message: string } };
      return ok ? 'ran' : error?.message;
    },
  };
}

async function nodeConnection(gateway: MiniGateway): Promise<MiniConnection> {
  for (;;) {
    const connection = await gateway.nextConnection();
    if (connection.params?.role === 'node') return connection;
  }
}

test('a program of the Gateway’s skills runs unasked for an agent that trusts them, by its name', async () => {
  const { bin, ran, run, tellSkills } = await attached(['frob', 'other']);
  const miss = 'SYSTEM_RUN_DENIED: allowlist miss';
  expect(await run(['frob'])).toBe(miss);
  await tellSkills(['Frob']);
  expect(await run(['frob'], 'stranger')).toBe(miss);
  expect(await run([`${bin}/frob`])).toBe(miss);
  expect(await run(['other'])).toBe(miss);
  expect([ran('frob'), ran('other')]).toEqual([false, false]);
  expect(await run(['frob', 'x'])).toBe('ran');
  expect(ran('frob')).toBe(true);
});
