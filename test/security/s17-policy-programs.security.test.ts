import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, pendingApprovals, waitForApproval } from '#support/chain.ts';
import { runCli, startCli, startCompanion } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

type Companion = Awaited<ReturnType<typeof startCompanion>>;

const policyOf = ({ stateDir }: Companion) => join(stateDir, 'exec-approvals.json');
const readPolicy = (companion: Companion) => JSON.parse(readFileSync(policyOf(companion), 'utf8'));
const invoke = ({ ready }: Companion, command: string, params: unknown) => [
  ...['invoke', '--node', ready.nodeId, '--command', command],
  ...['--params', JSON.stringify(params)],
];

describe('S17: an agent that widens its own policy', () => {
  it('with system.execApprovals.set: asks a person, and nothing changes when they say no', async () => {
    const companion = await startCompanion();
    const { stateDir } = companion;
    const get = await runCli(stateDir, invoke(companion, 'system.execApprovals.get', {}));
    const { file, hash } = JSON.parse(get.stdout);
    expect(get.stdout).not.toContain(readPolicy(companion).socket.token);
    const wide = { ...file, defaults: { ...file.defaults, security: 'full', ask: 'off' } };
    const set = startCli(
      stateDir,
      invoke(companion, 'system.execApprovals.set', { file: wide, baseHash: hash }),
    );
    const question = await waitForApproval(companion);
    expect(question).toMatchObject({ kind: 'policy-change', offered: ['allow-once', 'deny'] });
    expect(question.commandText).toContain('full');
    await answer(companion, question, 'deny');
    expect(await set.exited).toBe(126);
    expect(set.stderr()).toContain('a person must allow a wider policy');
    expect(readPolicy(companion).defaults.security).toBe('allowlist');

    // Narrowing needs nobody.
    const narrow = { ...file, defaults: { ...file.defaults, security: 'deny' } };
    const narrowed = await runCli(
      stateDir,
      invoke(companion, 'system.execApprovals.set', { file: narrow, baseHash: hash }),
    );
    expect(narrowed.code).toBe(0);
    expect(await runCli(stateDir, ['run', '--', '/bin/echo', 'hi'])).toMatchObject({
      code: 126,
      stderr: 'SYSTEM_RUN_DISABLED: security=deny\n',
    });
  });

  it('by a command that edits the file: only what narrows is in force', async () => {
    const companion = await startCompanion();
    const { stateDir } = companion;
    const edited = join(tempDir(), 'edited.json');
    const runAllowed = async (...argv: string[]) => {
      const run = startCli(stateDir, ['run', '--', ...argv]);
      await answer(companion, await waitForApproval(companion), 'allow-once');
      return run.exited;
    };
    const document = readPolicy(companion);
    document.defaults = { security: 'full', ask: 'off', askFallback: 'full' };
    writeFileSync(edited, JSON.stringify(document), { mode: 0o600 });
    // mv keeps the mode: a file that others can write would be refused for that alone.
    expect(await runAllowed('/bin/mv', edited, policyOf(companion))).toBe(0);
    await expect
      .poll(() => readFileSync(join(stateDir, 'logs', 'companion.jsonl'), 'utf8'))
      .toContain('policy.');
    const asked = startCli(stateDir, ['run', '--', '/bin/echo', 'hi']);
    await answer(companion, await waitForApproval(companion), 'deny');
    expect(await asked.exited).toBe(126);

    document.defaults = { security: 'deny' };
    writeFileSync(edited, JSON.stringify(document), { mode: 0o600 });
    expect(await runAllowed('/bin/mv', edited, policyOf(companion))).toBe(0);
    await expect
      .poll(async () => (await runCli(stateDir, ['status'])).stdout)
      .toMatch(/\nPolicy +deny/);
    expect((await runCli(stateDir, ['run', '--', '/bin/echo', 'hi'])).code).toBe(126);
    expect(await pendingApprovals(companion)).toEqual([]);
  });
});
