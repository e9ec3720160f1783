import { describe, expect, it } from 'vitest';
import { readShellText } from '#core/analysis/shell-text.ts';
import { pinnedText } from '#core/exec/pinned-text.ts';
import { pathIdentity } from '#support/policy-fixtures.ts';

function pinned(text: string, ...paths: readonly string[]): string {
  const read = readShellText(text);
  if (read.kind !== 'literal') throw new Error(read.reason);
  const segments = read.commands.map((argv, at) => ({
    argv,
    executable: pathIdentity(paths[at] ?? ''),
  }));
  return pinnedText(text, read.places, segments);
}

describe('pinnedText (S15, D9)', () => {
  it('names every program by its path and changes nothing else', () => {
    expect(pinned(`a "x" 2>&1 |'b'&&\\c;\n d\n`, '/bin/a', '/bin/b', '/bin/c', '/bin/d')).toBe(
      '/bin/a "x" 2>&1 |/bin/b&&/bin/c;\n /bin/d\n',
    );
  });

  it.each([
    ["/o'/a b", `'/o'\\''/a b' x; b`],
    ['/$(id)', `'/$(id)' x; b`],
    ['/a\nb', `'/a\nb' x; b`],
    ['/~', `'/~' x; b`],
  ])('quotes %j', (path, text) => {
    expect(pinned('a x; b', path, 'b').replace(/'b'$/, 'b')).toBe(text);
  });

  it('is read as the same commands again, by any path', () => {
    const read = readShellText(pinned('a "1 2"; b | c', '/x/a', "/it's/b", '/y z/c'));
    expect(read).toMatchObject({ commands: [['/x/a', '1 2'], ["/it's/b"], ['/y z/c']] });
  });
});
