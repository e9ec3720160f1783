import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answer, waitForApproval } from '#support/chain.ts';
import { startCli, startCompanion, startNodeHost } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

describe('S11: what changes while the question is open', () => {
  it('does not run: a rewritten program, a swapped working folder, a swapped symlink', async () => {
    const companion = await startCompanion();
    const host = await startNodeHost(companion);
    const folder = tempDir();
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\necho shown\n', { mode: 0o755 });
    const other = join(folder, 'other');
    writeFileSync(other, '#!/bin/sh\necho swapped\n', { mode: 0o755 });
    const link = join(folder, 'link');
    symlinkSync(program, link);
    const cwd = join(folder, 'cwd');
    mkdirSync(cwd);

    const changes: readonly (readonly [string, string[], () => void])[] = [
      [
        cwd,
        ['--cwd', cwd, '--', '/bin/pwd'],
        () => {
          renameSync(cwd, `${cwd}-before`);
          mkdirSync(cwd);
        },
      ],
      [
        link,
        ['--', link],
        () => {
          unlinkSync(link);
          symlinkSync(other, link);
        },
      ],
      [program, ['--', program], () => writeFileSync(program, '#!/bin/sh\necho rewritten\n')],
    ];
    for (const [what, args, change] of changes) {
      const run = startCli(companion.stateDir, ['run', '--node', host.nodeId, ...args]);
      const question = await waitForApproval(companion);
      change();
      await answer(companion, question, 'allow-once');
      expect(await run.exited).toBe(126);
      expect(run.stdout()).toBe('');
      expect(run.stderr()).toBe(`SYSTEM_RUN_DENIED: changed since approval: ${what}\n`);
    }
    const audit = startCli(companion.stateDir, ['audit', '--limit', '3']);
    expect(await audit.exited).toBe(0);
    for (const named of [`folder ${cwd}`, `program ${link}`, `program ${program}`]) {
      expect(audit.stdout()).toContain(
        `(Nothing ran. The ${named} changed after you allowed this; ask again to run it`,
      );
    }
  });
});
