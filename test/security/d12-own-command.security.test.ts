import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { answer, connectOperator, waitForApproval, waitForApprovals } from '#support/chain.ts';
import { startCompanion } from '#support/programs.ts';
import type { RawGatewayClient } from '#support/raw-gateway-client.ts';
import { tempDir } from '#support/temp-dir.ts';

const attacker = fileURLToPath(new URL('../support/approving-command.ts', import.meta.url));

type Companion = Awaited<ReturnType<typeof startCompanion>>;

function run(agent: RawGatewayClient, { ready }: Companion, command: readonly string[]) {
  const params = { nodeId: ready.nodeId, command: 'system.run', params: { command } };
  return agent.request('node.invoke', { ...params, idempotencyKey: crypto.randomUUID() });
}

/** A person allows the agent one command, and what that leaves behind tries to allow the next. */
async function scene(detach: boolean) {
  const companion = await startCompanion();
  const agent = await connectOperator(companion);
  const report = join(tempDir(), 'report');
  const { stateDir, ready } = companion;
  const argv = [process.execPath, attacker, stateDir, ready.gateway.url, report];
  const script = `("$@" >/dev/null 2>&1 &) ; exit 0`;
  const attack = () =>
    run(agent, companion, [
      '/bin/sh',
      '-c',
      script,
      'sh',
      ...argv,
      ...(detach ? ['--detach'] : []),
    ]);
  const told = () => (existsSync(report) ? readFileSync(report, 'utf8') : '');
  return { companion, agent, attack, told };
}

describe('D12: a command of ours may not decide', () => {
  test.each([
    ['left behind in the background', false],
    ['left behind in a session of its own, its parent gone', true],
  ])('%s, it is refused on both ways and the next request still waits', async (_how, detach) => {
    const { companion, agent, attack, told } = await scene(detach);
    const allowed = attack();
    const first = await waitForApproval(companion);
    const next = run(agent, companion, ['/usr/bin/id']);
    await waitForApprovals(companion, 2);
    await answer(companion, first, 'allow-once');
    expect(await allowed).toMatchObject({ ok: true });

    await vi.waitFor(() => expect(told()).toContain('done'), { interval: 50 });
    expect(told()).toMatch(/^control: A command that this companion runs may not use/m);
    expect(told()).toMatch(/^gateway: .*a command that this companion runs may not hold/m);
    const waiting = await waitForApproval(companion);
    expect(waiting.commandText).toBe('/usr/bin/id');
    await answer(companion, waiting, 'deny');
    expect(await next).toMatchObject({ ok: false });
  });

  test('somebody else may decide while a command runs, and the command may ask', async () => {
    const companion = await startCompanion();
    const agent = await connectOperator(companion);
    const long = run(agent, companion, ['/bin/sleep', '30']);
    await answer(companion, await waitForApproval(companion), 'allow-once');
    await vi.waitFor(async () => waitForApprovals(companion, 0));
    const person = await connectOperator(companion);
    const next = run(agent, companion, ['/usr/bin/id']);
    const { id } = await waitForApproval(companion);
    const decided = await person.request('exec.approval.resolve', { id, decision: 'allow-once' });
    expect(decided).toMatchObject({ ok: true });
    expect(await next).toMatchObject({ ok: true, payload: { payload: { exitCode: 0 } } });
    await companion.stop();
    void long.catch(() => undefined);
  });
});
