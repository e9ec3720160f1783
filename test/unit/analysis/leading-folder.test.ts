import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLeadingFolder } from '#core/analysis/leading-folder.ts';

describe('readLeadingFolder (D9)', () => {
  it.each([
    ['cd /repo && npm test', '/repo', 'npm test'],
    ['  cd  ../a/b-c  &&  git status; id', '../a/b-c', 'git status; id'],
    ["cd '/my repo' && ls", '/my repo', 'ls'],
    ['cd a&&ls', 'a', 'ls'],
    ['cd a && cd b && ls', 'a', 'cd b && ls'],
    ['cd ../.././...a/b.. && ls', '../.././...a/b..', 'ls'],
  ])('%j', (text, folder, rest) => {
    expect(readLeadingFolder(text)).toEqual({ folder, rest });
  });

  it.each([
    'cd && ls',
    'cd - && ls',
    'cd -P a && ls',
    "cd '-' && ls",
    "cd '~' && ls",
    'cd ~ && ls',
    'cd ~/a && ls',
    'cd $X && ls',
    'cd "$X" && ls',
    'cd a b && ls',
    'cd a; ls',
    'cd a || ls',
    'cd a & ls',
    'cd a |& ls',
    'cd a\n&& ls',
    'cd a &&',
    'cd a && && ls',
    'cd a && ; ls',
    'cd a* && ls',
    'cd {a,b} && ls',
    "cd 'a'b && ls",
    'cd a\\ b && ls',
    'cda && ls',
    'cd a/.. && ls',
    'cd ../a/../b && ls',
    'cd /a//./.. && ls',
    'cd .../.. && ls',
    "cd 'a b/..' && ls",
    'CD a && ls',
    '! cd a && ls',
    'cd a >x && ls',
    'ls',
    '',
  ])('takes %j for no such thing', (text) => {
    expect(readLeadingFolder(text)).toBeNull();
  });

  it('loses nothing of the text, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        const read = readLeadingFolder(`cd /a && x${rest}`);
        expect(read).toEqual({ folder: '/a', rest: `x${rest}` });
      }),
    );
  });
});
