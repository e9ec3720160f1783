import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createNodesFeature, type NodeExecReport } from '#host/gateway/features/nodes.ts';
import { createInvocations } from '#host/gateway/invocations.ts';
import { createNodeRegistry } from '#host/gateway/node-registry.ts';
import { loadDeviceIdentity } from '#host/node/device-identity.ts';
import { openDeviceTokens } from '#host/node/device-tokens.ts';
import { createNodeHost } from '#host/node/node-host.ts';
import { createExecForwarder } from '#host/sockets/exec-client.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { execToken, startExecSocket } from '#support/exec-socket.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { emptyDirectory } from '#support/gateway-nodes.ts';
import { tempDir } from '#support/temp-dir.ts';
import { startTestGateway, testToken } from '#support/test-gateway.ts';
import { createTestLink } from '#support/test-link.ts';

test('operator, our Gateway, our node host and our socket carry a run and its answer', async () => {
  const reports: NodeExecReport[] = [];
  const log = createFakeLogger();
  const { url } = await startTestGateway({
    features: ({ broadcaster }) => {
      const registry = createNodeRegistry({
        directory: emptyDirectory,
        commandLists: () => ({ allow: [], deny: [] }),
      });
      const invocations = createInvocations({
        clock: systemClock,
        ids: systemIds,
        registry,
        sendTo: broadcaster.sendTo,
      });
      return [
        createNodesFeature({
          clock: systemClock,
          hasher: systemHasher,
          logger: log,
          broadcaster,
          registry,
          invocations,
          voicewakeTriggers: () => [],
          onExecEvent: (report) => reports.push(report),
        }),
      ];
    },
  });
  const { path, executed } = await startExecSocket();
  const folder = tempDir();
  const tokens = openDeviceTokens(join(folder, 'tokens.json'));
  const host = createNodeHost({
    url,
    credentials: () => ({ token: testToken }),
    identity: await loadDeviceIdentity(join(folder, 'node-host.json'), { clock: systemClock }),
    displayName: 'build box',
    version: '1.2.3',
    platform: 'linux',
    searchPath: '/usr/bin:/bin',
    forward: createExecForwarder({
      socketPath: path,
      token: () => execToken,
      ids: systemIds,
      clock: systemClock,
      log,
    }),
    tokens,
    clock: systemClock,
    ids: systemIds,
    log,
  });
  onTestFinished(() => host.stop());
  host.start();
  await host.link.connected();
  await expect
    .poll(() => tokens.get({ url, deviceId: host.nodeId, role: 'node' }))
    .toEqual(expect.any(String));

  const { link: operator } = await createTestLink(url, {
    role: 'operator',
    scopes: ['operator.read', 'operator.write'],
    credentials: () => ({ token: testToken }),
  });
  operator.start();
  await operator.connected();
  const invoke = (command: string, params: unknown) =>
    operator.request('node.invoke', {
      nodeId: host.nodeId,
      command,
      params,
      timeoutMs: 20_000,
      idempotencyKey: systemIds.uuid(),
    });
  expect(await invoke('system.run', { command: ['/bin/echo', 'hi'], runId: 'r1' })).toMatchObject({
    ok: true,
    payload: { exitCode: 0, stdout: 'hi\n' },
  });
  expect(executed[0]).toMatchObject({
    request: { argv: ['/bin/echo', 'hi'], runId: 'r1' },
    origin: { budgetMs: 19_950 },
  });
  expect(reports).toMatchObject([{ event: 'exec.finished' }]);
  await expect(invoke('system.notify', {})).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'node command not allowed',
  });

  // A second connection: now the issued device token opens the door.
  await host.link.stop();
  host.link.start();
  await host.link.connected();
  expect(await invoke('system.which', { bins: ['sh'] })).toMatchObject({ ok: true });
});
