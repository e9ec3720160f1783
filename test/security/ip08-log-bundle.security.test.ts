import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { openConfig } from '#host/store/config-store.ts';
import { writePrivateFile } from '#host/store/private-file.ts';
import { systemIds } from '#host/system.ts';
import { createLogBench } from '#support/log-bundle.ts';
import { tempDir } from '#support/temp-dir.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

const clock = createVirtualClock();
const token = () => systemIds.token(32);

/** A state directory with every secret there can be, and a log that quotes each of them. */
async function benchWithSecrets() {
  const openClaw = join(tempDir(), 'openclaw.json');
  const guest = token();
  writeFileSync(openClaw, `{ gateway: { auth: { token: '${guest}' } } }`);
  const fromEnv = 'Correct Horse 7';
  const bench = createLogBench({
    env: { OPENCLAW_CONFIG_PATH: openClaw, OPENCLAW_GATEWAY_PASSWORD: fromEnv, HOME: '/home/ann' },
  });
  const { stateDir } = bench;
  const config = await openConfig(stateDir.config, systemIds);
  const keys: string[] = [];
  for (const path of [
    stateDir.companionIdentity,
    stateDir.nodeHostIdentity,
    stateDir.cliIdentity,
  ]) {
    await loadDeviceIdentity(path, { clock });
    const { privateKeyPem } = JSON.parse(readFileSync(path, 'utf8'));
    keys.push(String(privateKeyPem).split('\n')[1] ?? '');
  }
  const [device, paired, pending, node, socket] = [token(), token(), token(), token(), token()];
  const url = 'ws://127.0.0.1:1';
  const tokens = openDeviceTokens(stateDir.deviceTokens);
  await tokens.set({ url, deviceId: 'd', role: 'operator' }, device);
  const files = [
    [stateDir.devicesPaired, { d: { tokens: { operator: { token: paired } } } }],
    [stateDir.devicesPending, { d: { token: pending } }],
    [stateDir.nodesPaired, { n: { token: node } }],
    [stateDir.approvals, { version: 1, socket: { path: '/s', token: socket } }],
  ] as const;
  for (const [path, value] of files) await writePrivateFile(path, JSON.stringify(value));
  const secrets = [
    ...[config.gateway.auth.token ?? '', guest, fromEnv],
    ...[device, paired, pending, node, socket, ...keys],
  ];
  return { ...bench, secrets };
}

async function exported({ fake, export: save }: ReturnType<typeof createLogBench>) {
  const path = join(tempDir(), 'bundle.json');
  fake.saveDialog.path = path;
  await save();
  return readFileSync(path, 'utf8');
}

describe('IP-08: a bundle of logs that is given away', () => {
  it('holds no token, device token, password or private key of this computer, wherever they stood', async () => {
    const bench = await benchWithSecrets();
    expect(new Set(bench.secrets).size).toBe(11);
    for (const secret of bench.secrets) {
      expect(secret.length).toBeGreaterThan(8);
      bench.log(`said.${secret}`, { fields: { heard: `x${secret}y`, [secret]: [{ secret }] } });
    }
    const text = await exported(bench);
    expect(text).toContain('said.…redacted');
    for (const secret of bench.secrets) expect(text).not.toContain(secret);
    // What is no secret stays readable.
    expect(text).toContain('"mode": "own"');
  });

  it('holds none of a configuration either that is damaged', async () => {
    const bench = await benchWithSecrets();
    const { config } = bench.stateDir;
    const [gatewayToken = ''] = bench.secrets;
    writeFileSync(config, readFileSync(config, 'utf8').replace('}', ''));
    bench.log('said', { fields: { heard: `x${gatewayToken}y` } });
    expect(await exported(bench)).not.toContain(gatewayToken);
  });

  it('is not written when a file that could hold a secret cannot be trusted', async () => {
    const bench = await benchWithSecrets();
    chmodSync(bench.stateDir.config, 0o666);
    await expect(exported(bench)).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
  });

  it('masks what looks like a secret of somebody else', async () => {
    const bench = createLogBench();
    bench.log('exec.denied', {
      fields: { command: 'curl -H "Authorization: Bearer hunter2hunter2" x', apiKey: 'hunter2' },
    });
    expect(await exported(bench)).not.toContain('hunter2');
  });
});
