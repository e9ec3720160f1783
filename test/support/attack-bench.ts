import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedPolicy, Rule } from '#core/policy/types.ts';
import { createExecBench, type ExecBench } from './exec-host.ts';
import { policyRule } from './policy-fixtures.ts';
import { tempDir } from './temp-dir.ts';

/** What came of one attack. Every program of the bench, when it runs, leaves a file behind. */
interface AttackResult {
  /** A person was asked; nobody answered. */
  readonly asked: boolean;
  /** Whether "always" was among the answers. */
  readonly offersAlways: boolean;
  readonly risks: readonly string[];
  /** Anything at all ran. */
  readonly ran: boolean;
  /** Reason of the refusal; null when the command was allowed. */
  readonly reason: string | null;
}

export interface AttackBench extends ExecBench {
  /** Where the programs of the bench are; the first folder of the search path. */
  readonly bin: string;
  readonly cwd: string;
  /** Shell words that leave the file behind. */
  readonly payload: string;
  attack(
    argv: readonly string[],
    change?: { readonly env?: Record<string, string> },
  ): Promise<AttackResult>;
}

/**
 * An exec host whose search path starts with fake programs: what runs is seen by its traces, not by
 * verdicts. The real `/usr/bin` comes after them.
 */
export function createAttackBench(
  programs: readonly string[],
  rules: (bin: string) => readonly Partial<Rule>[],
  policy: Partial<ResolvedPolicy> = {},
): AttackBench {
  const dir = tempDir();
  const bin = join(dir, 'bin');
  const cwd = join(dir, 'work');
  const canary = join(dir, 'canary');
  mkdirSync(bin);
  mkdirSync(cwd);
  for (const name of programs) fakeProgram(join(bin, name), canary);
  const bench = createExecBench({ plan: { searchPath: `${bin}:/usr/bin:/bin`, home: cwd } });
  bench.store.edit({
    ...policy,
    rules: rules(bin).map((rule, at) => policyRule({ id: `rule-${at}`, ...rule })),
  });
  return {
    ...bench,
    bin,
    cwd,
    payload: `/usr/bin/touch ${canary}`,
    async attack([program = '', ...args], { env = {} } = {}) {
      const before = bench.desk.asked.length;
      const result = await bench.run({ argv: [program, ...args], cwd, env });
      const ask = bench.desk.asked[before];
      return {
        asked: ask !== undefined,
        offersAlways: ask?.offered.includes('allow-always') ?? false,
        risks: ask?.subject.risks ?? [],
        ran: existsSync(canary),
        reason: result.ok ? null : result.error.reason,
      };
    },
  };
}

function fakeProgram(path: string, canary: string): void {
  writeFileSync(path, `#!/bin/sh\n/usr/bin/touch ${canary}\n`);
  chmodSync(path, 0o755);
}
