import { describe, expect, it } from 'vitest';
import { createAttackBench } from '#support/attack-bench.ts';

const programs = [
  ...['find', 'sed', 'sort', 'rg', 'git', 'tar', 'awk', 'jq', 'cargo', 'npm', 'rsync', 'zip'],
  ...['grep', 'man', 'vim', 'less', 'docker', 'kubectl', 'go', 'gdb', 'fd', 'xargs', 'tee'],
];

const commands: readonly (readonly string[])[] = [
  ['find', '.', '-exec', 'id', ';'],
  ['find', '.', '-execdir', 'id', '+'],
  ['find', '.', '-delete'],
  ['sed', '-n', '1e id'],
  ['sed', 's/x/id/e', 'f'],
  ['sort', '--compress-prog=sh', 'f'],
  ['sort', '--compress-program', 'sh', 'f'],
  ['rg', '--pre', 'sh', 'x'],
  ['rg', '--pre=sh', 'x'],
  ['git', '-c', 'core.pager=sh', 'log'],
  ['git', '-ccore.sshCommand=sh', 'fetch'],
  ['git', '--exec-path=/tmp/x', 'log'],
  ['git', 'rebase', '--exec', 'id', 'HEAD~1'],
  ['git', 'bisect', 'run', 'id'],
  ['git', 'submodule', 'foreach', 'id'],
  ['git', 'grep', '--open-files-in-pager=sh', 'x'],
  ['git', 'fetch', '--upload-pack=sh'],
  ['tar', '--checkpoint-action=exec=id', '-cf', 'x', '.'],
  ['tar', '--to-command=sh', '-xf', 'x'],
  ['tar', '-I', 'sh', '-xf', 'x'],
  ['tar', '--use-compress-program=sh', '-xf', 'x'],
  ['awk', 'BEGIN{system("id")}'],
  ['jq', '-n', 'env'],
  ['jq', '-n', '$ENV'],
  ['cargo', 'test'],
  ['npm', 'run', 'x'],
  ['rsync', '-e', 'sh', 'a', 'b'],
  ['xargs', 'id'],
  ['fd', '-x', 'id'],
  ['go', 'run', '.'],
];

describe('S10: a rule for a program with any arguments does not let it run others', () => {
  it.each(commands.map((argv) => [argv.join(' '), argv]))(
    '%s: asks, and says so',
    async (_, argv) => {
      const bench = createAttackBench(programs, (bin) =>
        programs.flatMap((name) => [{ pattern: `${bin}/${name}` }, { pattern: name }]),
      );
      const result = await bench.attack(argv);
      expect(result).toMatchObject({ asked: true, ran: false });
      expect(result.risks.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['git', 'status'],
    ['git', 'log', '-n', '5'],
    ['rg', 'pattern', 'src'],
    ['tar', '-tf', 'x.tar'],
    ['jq', '.name'],
  ])('while %s %s is what the rule is for', async (...argv) => {
    const bench = createAttackBench(programs, (bin) => [{ pattern: `${bin}/${argv[0]}` }]);
    expect(await bench.attack(argv)).toMatchObject({ asked: false, ran: true });
  });
});
