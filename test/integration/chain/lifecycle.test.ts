import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import {
  connectOperator,
  gatewayToken,
  waitForApproval,
  waitForEnd,
  waitForPid,
} from '#support/chain.ts';
import { startMiniGateway } from '#support/mini-gateway.ts';
import {
  runCli,
  startCli,
  startCompanion,
  startCompanionProcess,
  startNodeHost,
} from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Writes the shell's pid (which is its process group), then lingers with a child, deaf to TERM. */
const lingering = (pidFile: string) => `trap '' TERM; echo $$ > ${pidFile}; sleep 60 & sleep 60`;

const rules = (stateDir: string) => readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8');

describe('the start of a companion', () => {
  it('prints one ready line with every fact, and nothing else, on stdout', async () => {
    const companion = await startCompanion();
    const { ready, stateDir } = companion;
    expect(Object.keys(ready)).toEqual([
      'event',
      'pid',
      'version',
      'gateway',
      'execSocket',
      'controlSocket',
      'bridgeSocket',
      'nodeId',
    ]);
    expect(ready).toMatchObject({
      event: 'ready',
      pid: companion.child.pid,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      gateway: { url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/), mode: 'own' },
      execSocket: join(stateDir, 'exec-approvals.sock'),
      controlSocket: join(stateDir, 'control.sock'),
      bridgeSocket: null,
      nodeId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    for (const path of [ready.execSocket, ready.controlSocket]) {
      expect(statSync(path).isSocket()).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    expect(companion.stdout()).toBe(`${JSON.stringify(ready)}\n`);
    expect(companion.stderr()).toBe('');
    expect(await companion.stop()).toBe(0);
    expect(companion.stdout()).toBe(`${JSON.stringify(ready)}\n`);
  });

  it('a signal in the middle of it ends it in order, without a ready line', async () => {
    // A Gateway that says late how it is keeps the start open.
    const gateway = await startMiniGateway({ unanswered: ['health'] });
    const companion = startCompanionProcess(['--headless', '--port', String(gateway.port)], {
      env: { OPENCLAW_GATEWAY_TOKEN: 'x' },
    });
    const connection = await gateway.nextConnection();
    const { id } = await connection.nextRequest('health');
    expect(existsSync(join(companion.stateDir, 'exec-approvals.sock'))).toBe(true);
    companion.child.kill('SIGTERM');
    connection.send({ type: 'res', id, ok: true, payload: {} });
    expect(await companion.exited).toBe(0);
    expect(companion.stdout()).toBe('');
    expect(existsSync(join(companion.stateDir, 'exec-approvals.sock'))).toBe(false);
  });

  it('the test aid needs its environment variable, and is loud', async () => {
    const refused = startCompanionProcess(['--headless', '--port', '0', '--decide', 'deny']);
    expect(await refused.exited).toBe(2);
    expect(refused.stderr()).toContain('tests only');
    const companion = await startCompanion({ decide: 'none' });
    expect(companion.stderr()).toContain('WARNING');
    await companion.stop();
  });
});

describe('the end of a companion', () => {
  it('tells everybody, closes with 1012, takes its sockets away and exits 0 in time', async () => {
    const companion = await startCompanion();
    const operator = await connectOperator(companion);
    const startedAt = performance.now();
    companion.child.kill('SIGTERM');
    expect((await operator.nextEvent('shutdown')).payload).toMatchObject({
      reason: expect.any(String),
    });
    expect((await operator.closed).code).toBe(1012);
    expect(await companion.exited).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const path of [companion.ready.execSocket, companion.ready.controlSocket]) {
      expect(existsSync(path)).toBe(false);
    }
    expect(companion.stderr()).toBe('');
  });

  it('SIGTERM while a command runs kills its whole group, and the caller hears of it', async () => {
    const companion = await startCompanion({ decide: 'allow-once' });
    const host = await startNodeHost(companion);
    const groups: number[] = [];
    const callers = [];
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const pidFile = join(tempDir(), 'pid');
      callers.push(
        startCli(companion.stateDir, [
          ...['run', '--node', node, '--', '/bin/sh', '-c', lingering(pidFile)],
        ]),
      );
      groups.push(await waitForPid(pidFile));
    }
    expect(await companion.stop()).toBe(0);
    for (const caller of callers) {
      expect(await caller.exited).not.toBe(0);
      expect(caller.stderr()).not.toBe('');
    }
    for (const group of groups) await waitForEnd(-group);
    expect(await host.stop()).toBe(0);
  });

  it('SIGTERM while a question is open ends the question as cancelled, never as an answer', async () => {
    const companion = await startCompanion();
    const caller = startCli(companion.stateDir, ['run', '--', '/bin/echo', 'hi']);
    await waitForApproval(companion);
    expect(await companion.stop()).toBe(0);
    expect([69, 126]).toContain(await caller.exited);
    expect(caller.stdout()).toBe('');
    const again = await startCompanion({ stateDir: companion.stateDir });
    const rows = await callControl(again.ready.controlSocket, { op: 'audit.query' });
    expect(rows).toMatchObject([{ outcome: 'cancelled', decidedBy: 'cancel', exitCode: null }]);
  });

  it('goes on without a reader of its output', async () => {
    const companion = await startCompanion({ env: { OPENCLAW_COMPANION_LOG: 'debug' } });
    companion.child.stdout.destroy();
    companion.child.stderr.destroy();
    const operator = await connectOperator(companion);
    const refused = await operator.request('no.such.method', {});
    expect(refused.ok).toBe(false);
    expect((await runCli(companion.stateDir, ['status'])).code).toBe(0);
    companion.child.kill('SIGTERM');
    expect(await companion.exited).toBe(0);
  });
});

describe('a companion that starts again', () => {
  it('after SIGKILL: stale sockets are no obstacle; identity, token and rules are the same', async () => {
    const first = await startCompanion({ decide: 'allow-always' });
    const { stateDir } = first;
    const host = await startNodeHost(first);
    const pwd = ['run', '--node', host.nodeId, '--', '/bin/pwd'];
    expect((await runCli(stateDir, pwd)).code).toBe(0);
    await host.stop();
    const before = {
      token: gatewayToken(stateDir),
      rules: rules(stateDir),
      node: first.ready.nodeId,
      host: host.nodeId,
    };
    first.child.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    expect(existsSync(first.ready.execSocket)).toBe(true);

    const second = await startCompanion({ stateDir, decide: 'none' });
    const secondHost = await startNodeHost(second);
    expect({
      token: gatewayToken(stateDir),
      rules: rules(stateDir),
      node: second.ready.nodeId,
      host: secondHost.nodeId,
    }).toEqual(before);
    // The rule that was stored before the crash still allows.
    expect((await runCli(stateDir, pwd)).code).toBe(0);
    expect(await second.stop()).toBe(0);
  });
});
