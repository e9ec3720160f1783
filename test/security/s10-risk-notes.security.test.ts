import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approvalText } from '#cli/approval-text.ts';
import { renderQuestion } from '#cli/terminal/terminal-screen.ts';
import type { ApprovalAsk, PendingApproval } from '#core/approvals/types.ts';
import { approvalView } from '#host/sockets/approval-view.ts';
import { createExecBench, denied } from '#support/exec-host.ts';
import { tempDir } from '#support/temp-dir.ts';

/** `TOUCH` stands for a command that leaves a file behind. */
const payloads: readonly (readonly [string, ...string[]])[] = [
  ['/usr/bin/find', '.', '-maxdepth', '0', '-exec', 'TOUCH', ';'],
  ['/usr/bin/find', '.', '-maxdepth', '0', '-ok', 'TOUCH', ';'],
  ['/bin/sed', '-n', '1e TOUCH', '/etc/passwd'],
  ['/bin/sed', '1s/^.*$/TOUCH/e', '/etc/passwd'],
  ['/usr/bin/sort', '-S1', '--compress-prog=TOUCH', '/etc/passwd'],
  [
    '/bin/tar',
    '-cf',
    '/dev/null',
    '--checkpoint=1',
    '--checkpoint-action=exec=TOUCH',
    '/etc/passwd',
  ],
  ['/usr/bin/awk', 'BEGIN{system("TOUCH")}'],
  ['/usr/bin/env', 'TOUCH'],
  ['/usr/bin/env', '-S', 'TOUCH'],
  ['/usr/bin/xargs', '-a', '/etc/hostname', 'TOUCH'],
  ['/usr/bin/nice', 'TOUCH'],
  ['/usr/bin/timeout', '5', 'TOUCH'],
  ['/bin/sh', '-lc', 'eval "TOUCH"'],
  ['/bin/sh', '-lc', '. /dev/stdin <<EOF\nTOUCH\nEOF'],
  ['/bin/sh', '-c', '$0', 'TOUCH'],
];

function pendingOf(ask: ApprovalAsk): PendingApproval {
  const { kind, subject, planDigest, offered } = ask;
  const shown = { kind, subject, planDigest, offered, displayDigest: '', count: 1 };
  return { ...shown, id: '1', createdAtMs: 0, expiresAtMs: null };
}

describe('S10: a program that runs programs says so in the question', () => {
  it.each(payloads.map((argv) => ({ argv })))('$argv', async ({ argv }) => {
    const canary = join(tempDir(), 'ran');
    const bench = createExecBench();
    bench.desk.answerWith(() => denied);
    const [program, ...args] = argv;
    const real = args.map((argument) => argument.replace('TOUCH', `/usr/bin/touch ${canary}`));
    await bench.run({ argv: [program, ...real], cwd: '/' });
    const [ask] = bench.desk.asked;
    if (!ask) throw new Error('nobody was asked');
    expect(ask.subject.risks.join('\n')).toMatch(/runs another program|content not verified/);
    const pending = pendingOf(ask);
    const style = { columns: 80, rows: 24, color: false, rewrites: false };
    expect(renderQuestion(pending, 1, style)).toMatch(/^risk {10}/m);
    expect(approvalText(approvalView(pending))).toMatch(/^risk {9}/m);
    expect(existsSync(canary)).toBe(false);
  });

  it('S11: says "content not verified" for code that is not bound, and not for a bound script', async () => {
    const bench = createExecBench();
    bench.desk.answerWith(() => denied);
    const cwd = tempDir();
    writeFileSync(join(cwd, 'bound.pl'), '1;');
    const commands = [
      ['-e', '1'],
      ['missing.pl'],
      ['-Mlib', 'bound.pl'],
      ['bound.pl'],
      ['./bound.pl'],
    ];
    for (const args of commands) await bench.run({ argv: ['/usr/bin/perl', ...args], cwd });
    const risks = bench.desk.asked.map((ask) => ask.subject.risks);
    const unverified = ['content not verified (perl)'];
    expect(risks).toEqual([unverified, unverified, unverified, [], []]);
  });
});
