import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { companionConfigSchema } from '#core/config.ts';
import { activityMessages } from '#core/messages-activity.ts';
import { startCompanion } from '#host/companion.ts';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { type MiniConnection, startMiniGateway } from '#support/mini-gateway.ts';
import { approvalsDocument } from '#support/policy-fixtures.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A companion that runs everything, attached to a Gateway of somebody else. */
async function attached(idleSeconds: number | null = null) {
  const root = tempDir();
  const state = join(root, 'state');
  mkdirSync(state, { mode: 0o700 });
  const { store } = await openTestStore({ dir: state });
  const policy = approvalsDocument({ defaults: { security: 'full', ask: 'off' } });
  await store.replace(policy, store.current().hash);
  await store.close();
  const gateway = await startMiniGateway();
  const log = createFakeLogger();
  const companion = await startCompanion({
    stateDir: resolveStateDir(state, {}),
    config: companionConfigSchema.parse({ version: 1, gateway: { auth: { token: 'own' } } }),
    port: gateway.port,
    foreignCredentials: { token: 'shared' },
    env: { PATH: '/usr/bin:/bin', HOME: root },
    notifier: { notify: async () => undefined },
    presence: () => ({ idleSeconds }),
    log,
  });
  onTestFinished(() => companion.stop());
  // The first one only looked whether a Gateway answers.
  await gateway.nextConnection();
  const both = [await gateway.nextConnection(), await gateway.nextConnection()];
  const connection = (role: string): MiniConnection => {
    const found = both.find(({ params }) => params?.role === role);
    if (!found) throw new Error(`no ${role} connection`);
    return found;
  };
  await vi.waitFor(() => {
    const { node, operator } = companion.status().gateway.connected;
    if (!node || !operator) throw new Error('not connected yet');
  });
  const [node, operator] = [connection('node'), connection('operator')];
  const lines = () => companion.activity.list().map(activityMessages.line);
  return { gateway, companion, node, operator, lines, log };
}

/** Both links wait longer than this before they try again by themselves. */
const pauseMs = 1_000;

const agentEvent = {
  runId: 'r',
  seq: 1,
  ts: 1,
  stream: 'lifecycle',
  sessionKey: 'agent:main:main',
};

test('what the Gateway tells of its agents is known, until it tells no more', async () => {
  const { companion, gateway, operator, lines, log } = await attached();
  const changed = vi.fn();
  onTestFinished(companion.activity.onChange(changed));
  operator.event('agent', { ...agentEvent, data: { phase: 'start' } });
  await vi.waitFor(() => expect(lines()).toEqual(['"main" (claimed) · at work']));
  const tool = { phase: 'start', name: 'exec', toolCallId: 'c', args: { command: 'make' } };
  operator.event('agent', { ...agentEvent, seq: 2, stream: 'tool', data: tool });
  await vi.waitFor(() => expect(lines()).toEqual(['"main" (claimed) · running make']));
  for (const payload of [null, {}, { ...agentEvent, runId: 7 }]) operator.event('agent', payload);
  operator.event('agent', { ...agentEvent, seq: 3, stream: 'tool', data: { phase: 'update' } });
  await vi.waitFor(() =>
    expect(log.lines.filter(({ event }) => event === 'activity.malformed')).toHaveLength(1),
  );
  expect(changed).toHaveBeenCalledTimes(2);
  await gateway.stop();
  await vi.waitFor(() => expect(lines()).toEqual([]));
});

test('a command that runs here is an activity from its start to its end, also when it fails', async () => {
  const { companion, node, lines } = await attached();
  const seen: string[][] = [];
  onTestFinished(companion.activity.onChange(() => seen.push(lines())));
  for (const command of [['/bin/sleep', '0.1'], ['/bin/false']]) {
    node.invoke('system.run', { command, agentId: 'main' });
    await node.nextRequest('node.invoke.result');
  }
  expect(seen).toEqual([
    ['"main" (claimed) · running /bin/sleep 0.1'],
    [],
    ['"main" (claimed) · running /bin/false'],
    [],
  ]);
});

test('the connection is told when it goes, and is back at once after the computer slept', async () => {
  const { companion, gateway, log } = await attached();
  const told: boolean[] = [];
  companion.onConnection(() => told.push(companion.status().gateway.connected.operator));
  await gateway.stop();
  await vi.waitFor(() => expect(told.at(-1)).toBe(false));
  expect(companion.status().gateway.health).toBeNull();
  const longPauses = () =>
    log.lines.filter(
      ({ event, fields }) => event === 'gateway.link.down' && Number(fields?.retryInMs) > pauseMs,
    );
  await vi.waitFor(() => expect(longPauses()).toHaveLength(2), { timeout: 10_000 });
  const again = await startMiniGateway({ port: gateway.port });
  companion.wokeUp();
  const startedMs = performance.now();
  await Promise.all([again.nextConnection(), again.nextConnection()]);
  expect(performance.now() - startedMs).toBeLessThan(pauseMs);
  await vi.waitFor(() => expect(told.at(-1)).toBe(true));
  await vi.waitFor(() => expect(companion.status().gateway.health).not.toBeNull());
});

test.each([
  [10, 1],
  [600, 0],
])(
  'a person who touched nothing for %i s is asked about %i questions of that Gateway',
  async (idle, asked) => {
    const { companion, operator } = await attached(idle);
    const request = { command: 'ls', sessionKey: 'agent:main:main' };
    const times = { createdAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 };
    const present = vi.fn();
    companion.desk.attach({ surface: 'terminal', mode: 'all', present, clear: () => undefined });
    operator.event('exec.approval.requested', { id: 'a', request, ...times });
    operator.event('agent', { ...agentEvent, data: { phase: 'start' } });
    // Events come in order: once this one is known, the question was seen.
    await vi.waitFor(() => expect(companion.activity.list()).toHaveLength(1));
    expect(present).toHaveBeenCalledTimes(asked);
  },
);
