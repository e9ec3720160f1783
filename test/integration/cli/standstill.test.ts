import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import { connectOperator, waitForApproval, waitForApprovals } from '#support/chain.ts';
import { runCli, startCli, startCompanion } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

type Companion = Awaited<ReturnType<typeof startCompanion>>;

const refused = 'SYSTEM_RUN_DENIED: a person has paused everything\n';

function around({ stateDir }: Companion) {
  const mac = (...args: string[]) => runCli(stateDir, args);
  const run = (...argv: string[]) => startCli(stateDir, ['run', '--agent', 'ops', '--', ...argv]);
  const json = async (...args: string[]) => JSON.parse((await mac(...args, '--json')).stdout);
  return { mac, run, json };
}

describe('openclaw-mac pause and resume', () => {
  it('S34: nothing runs and nobody is asked, also after a restart, until a person ends it', async () => {
    const stateDir = tempDir();
    const first = await startCompanion({ stateDir });
    const { mac, run, json } = around(first);
    const ruled = run('/bin/echo', 'ruled');
    await mac('approvals', 'allow-always', (await waitForApproval(first)).id);
    expect(await ruled.exited).toBe(0);
    const waiting = run('/bin/echo', 'waiting');
    await waitForApproval(first);

    const paused = await mac('pause');
    expect(paused).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'Paused everything until a person ends it: nothing new runs, whatever rules say, and nobody is asked.\nEnd it with: openclaw-mac resume\n',
    });
    expect(await waiting.exited).toBe(126);
    await waitForApprovals(first, 0);
    const again = run('/bin/echo', 'ruled');
    expect(await again.exited).toBe(126);
    expect(again.stderr()).toBe(refused);
    const operator = await connectOperator(first);
    const asked = await operator.request('exec.approval.request', { command: 'id' });
    expect(asked.payload).toMatchObject({ decision: null });

    await first.stop();
    const second = await startCompanion({ stateDir });
    const later = around(second);
    const status = await later.json('status');
    expect(status.standstill).toMatchObject({
      by: { surface: 'control-socket', who: expect.stringMatching(/^pid \d+$/) },
      untilMs: null,
    });
    expect((await later.mac('status')).stdout).toMatch(
      /Paused +everything, until a person ends it; .* openclaw-mac resume\n/,
    );
    expect(await later.run('/bin/echo', 'ruled').exited).toBe(126);
    expect(await later.mac('resume')).toMatchObject({
      code: 0,
      stderr: 'No longer paused: rules count again, and people are asked again.\n',
    });
    expect((await later.mac('status')).stdout).not.toContain('Paused');
    expect(await later.run('/bin/echo', 'ruled').exited).toBe(0);
    expect((await later.mac('resume')).stderr).toContain('everything was going on already');

    const { rows } = await later.json('audit');
    expect(rows.reverse()).toMatchObject([
      { outcome: 'allowed', decision: 'allow-always' },
      {
        transport: 'companion',
        outcome: 'denied',
        decidedBy: 'person',
        surface: expect.stringMatching(/^control-socket:pid \d+$/),
        reason: 'everything paused until a person ends it',
      },
      { outcome: 'cancelled', decidedBy: 'cancel', reason: 'paused' },
      { outcome: 'denied', decidedBy: 'policy', reason: 'paused' },
      { outcome: 'cancelled', transport: 'gateway', reason: 'paused' },
      { outcome: 'denied', decidedBy: 'policy', reason: 'paused' },
      { transport: 'companion', outcome: 'cancelled', reason: 'everything resumed' },
      { outcome: 'allowed', decidedBy: 'rule' },
    ]);
    expect((await json('status')).standstill).toBeNull();
  });

  it('ends by itself, and says how long it takes', async () => {
    const companion = await startCompanion();
    const { mac, run, json } = around(companion);
    const begun = await json('pause', '--for', '2h');
    const { sinceMs, untilMs } = begun.standstill;
    expect([begun.ok, untilMs - sinceMs]).toEqual([true, 7_200_000]);
    const file = join(companion.stateDir, 'standstill.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      standstill: begun.standstill,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await mac('pause', '--for', '1s')).stderr).toContain('Paused everything for 1 s');
    await vi.waitFor(
      async () => {
        const status = await callControl(companion.ready.controlSocket, { op: 'status' });
        expect(status).toMatchObject({ standstill: null });
      },
      { timeout: 10_000, interval: 50 },
    );
    const asked = run('/bin/echo', 'hi');
    await mac('approvals', 'allow-once', (await waitForApproval(companion)).id);
    expect(await asked.exited).toBe(0);
  });

  it.each(['', '0s', '31d', '2026-11-21'])('takes no pause of "%s"', async (span) => {
    const stateDir = tempDir();
    const result = await runCli(stateDir, ['pause', `--for=${span}`]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('S16: starts paused while it cannot read whether it should be, and says why', async () => {
    const stateDir = tempDir();
    writeFileSync(join(stateDir, 'standstill.json'), '{"version":1,"stan', { mode: 0o600 });
    const companion = await startCompanion({ stateDir });
    const { mac, run, json } = around(companion);
    expect(await run('/bin/true').exited).toBe(126);
    expect((await mac('status')).stdout).toContain('standstill.json is not valid JSON');
    expect((await json('resume')).ok).toBe(true);
    expect((await json('status')).standstillProblem).toBeNull();
  });
});
