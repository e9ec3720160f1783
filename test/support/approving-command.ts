import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText } from '#core/errors.ts';
import { silentLogger } from '#host/log/logger.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { createGatewayLink } from '#host/node/gateway-link.ts';
import { callControl } from '#host/sockets/control-client.ts';
import { readConfig } from '#host/store/config-store.ts';
import { systemClock, systemIds } from '#host/system.ts';
import { pendingApprovalViewSchema } from '#protocol/control-socket.ts';
import { execApprovalListResultSchema } from '#protocol/gateway-approvals.ts';

/**
 * A command that wants to allow whatever waits, once through the control socket and once as a fresh
 * device of the Gateway. Tells in a file what came of it. With `--detach` it first starts itself
 * anew in a session of its own, whose parent is gone at once.
 */

const [stateDir = '', url = '', report = '', mode] = process.argv.slice(2);
const tell = (what: string) => appendFileSync(report, `${what}\n`);

async function throughControlSocket(): Promise<void> {
  const path = join(stateDir, 'control.sock');
  const waiting = pendingApprovalViewSchema
    .array()
    .parse(await callControl(path, { op: 'approvals.list' }));
  for (const { id, displayDigest } of waiting) {
    await callControl(path, { op: 'approvals.decide', id, displayDigest, decision: 'allow-once' });
    tell('control: allowed');
  }
}

async function throughGateway(): Promise<void> {
  const auth = (await readConfig(join(stateDir, 'config.json')))?.gateway.auth;
  const own = `${report}.identity`;
  const link = createGatewayLink(
    {
      url,
      identity: await loadDeviceIdentity(join(own, 'device.json'), { clock: systemClock }),
      client: { id: 'test', version: '1', platform: 'linux', mode: 'test' },
      role: 'operator',
      scopes: ['operator.approvals'],
      advertisement: { caps: [], commands: [], permissions: {} },
      credentials: () => (auth?.token === undefined ? {} : { token: auth.token }),
    },
    {
      clock: systemClock,
      ids: systemIds,
      log: silentLogger,
      tokens: openDeviceTokens(join(own, 'tokens.json')),
    },
  );
  const refused = new Promise<never>((_, reject) => {
    link.onState((state) => state.kind === 'waiting' && reject(new Error(state.why)));
  });
  link.start();
  try {
    await Promise.race([link.connected(), refused]);
    const waiting = execApprovalListResultSchema.parse(
      await link.request('exec.approval.list', {}),
    );
    for (const { id } of waiting) {
      await link.request('exec.approval.resolve', { id, decision: 'allow-once' });
      tell('gateway: allowed');
    }
  } finally {
    await link.stop();
  }
}

if (mode === '--detach') {
  const [self = ''] = process.argv.slice(1);
  spawn(process.execPath, [self, stateDir, url, report], {
    detached: true,
    stdio: 'ignore',
  }).unref();
} else {
  await throughControlSocket().catch((error: unknown) => tell(`control: ${errorText(error)}`));
  await throughGateway().catch((error: unknown) => tell(`gateway: ${errorText(error)}`));
  tell('done');
}
