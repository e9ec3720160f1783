import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { answer, pendingApprovals, waitForApproval, waitForApprovals } from '#support/chain.ts';
import { startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

const mac = fileURLToPath(new URL('../../out/cli/openclaw-mac.mjs', import.meta.url));
const refusal = 'A command that this companion runs may not use its control socket';

/** A question that waits, and a way to run commands meanwhile; a person allows each of those. */
async function waitingQuestion() {
  const companion = await startCompanion();
  const { stateDir } = companion;
  const host = await startNodeHost(companion);
  const victim = startCli(stateDir, ['run', '--agent', 'victim', '--', '/bin/echo', 'hi']);
  const question = await waitForApproval(companion);
  return {
    companion,
    victim,
    question,
    cli: [process.execPath, mac, '--state-dir', stateDir],
    async runAllowed(node: string, argv: readonly string[]) {
      const run = startCli(stateDir, ['run', '--node', node, '--', ...argv]);
      const pending = await waitForApprovals(companion, 2);
      const mine = pending.find((one) => one.id !== question.id);
      if (!mine) throw new Error('the command did not ask');
      await answer(companion, mine, 'allow-once');
      const code = await run.exited;
      return { code, stdout: run.stdout(), stderr: run.stderr() };
    },
    nodes: [companion.ready.nodeId, host.nodeId],
  };
}

describe('D12: a command that the companion runs', () => {
  it('can neither answer nor read what waits, on either way in', async () => {
    const { companion, question, cli, runAllowed, nodes } = await waitingQuestion();
    for (const node of nodes) {
      for (const args of [
        ['approvals', 'allow-once', question.id],
        ['approvals', 'list'],
        ['audit'],
        ['policy', 'list'],
        ['policy', 'set-default', '--security', 'deny'],
        ['policy', 'add', '/usr/bin/touch'],
        ['policy', 'confirm'],
        ['approvals', 'resume', 'victim'],
        ['resume'],
      ]) {
        const result = await runAllowed(node, [...cli, ...args]);
        expect(result).toMatchObject({ code: 126, stdout: '' });
        expect(result.stderr).toContain(refusal);
      }
      expect(await runAllowed(node, [...cli, 'status'])).toMatchObject({ code: 0 });
    }
    expect(await pendingApprovals(companion)).toMatchObject([{ id: question.id }]);
    // Forty programs, one after the other.
  }, 180_000);

  it('cannot do it through a child that outlives it', async () => {
    const { companion, question, cli, runAllowed, nodes, victim } = await waitingQuestion();
    const out = join(tempDir(), 'out');
    const line = [...cli, 'approvals', 'allow-once', question.id].join(' ');
    const script = `(${line} > ${out} 2>&1; echo "ended $?" >> ${out}) & exit 0`;
    expect(await runAllowed(nodes[0] ?? '', ['/bin/sh', '-c', script])).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(readFileSync(out, 'utf8')).toContain('ended 126'));
    expect(readFileSync(out, 'utf8')).toContain(refusal);
    await answer(companion, await waitForApproval(companion), 'deny');
    expect(await victim.exited).toBe(126);
  });

  it('cannot change the policy from a session of its own whose parent is gone', async () => {
    const { companion, cli, runAllowed, nodes } = await waitingQuestion();
    const policy = join(companion.stateDir, 'exec-approvals.json');
    const before = readFileSync(policy, 'utf8');
    const out = join(tempDir(), 'out');
    const line = [...cli, 'policy', 'set-default', '--security', 'deny'].join(' ');
    const script = `setsid /bin/sh -c '(${line} > ${out} 2>&1; echo "ended $?" >> ${out}) &'`;
    expect(await runAllowed(nodes[0] ?? '', ['/bin/sh', '-c', script])).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(readFileSync(out, 'utf8')).toContain('ended 126'));
    expect(readFileSync(out, 'utf8')).toContain(refusal);
    expect(readFileSync(policy, 'utf8')).toBe(before);
  });
});
