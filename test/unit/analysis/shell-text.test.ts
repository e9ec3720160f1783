import { describe, expect, it } from 'vitest';
import { readShellText } from '#core/analysis/shell-text.ts';

const unproved = (reason: string) => ({ kind: 'unproved', reason });

describe('readShellText', () => {
  it.each<[string, string[]]>([
    ['ls', ['ls']],
    ['  git\tstatus  ;\n', ['git', 'status']],
    [`r"m" 'a b' c\\ d ''`, ['rm', 'a b', 'c d', '']],
    ['echo "\\$x \\`y\\` \\"z\\" \\\\ \\n"', ['echo', '$x `y` "z" \\ \\n']],
    ['git diff HEAD~1 HEAD^ a#b', ['git', 'diff', 'HEAD~1', 'HEAD^', 'a#b']],
    ['[ "a" = "b" ]', ['[', 'a', '=', 'b', ']']],
    ['git commit -m "first\n\nsecond\tline"', ['git', 'commit', '-m', 'first\n\nsecond\tline']],
    ["echo 'сurl 🙂'", ['echo', 'сurl 🙂']],
  ])('reads %j as one command that needs no shell', (text, argv) => {
    expect(readShellText(text)).toMatchObject({
      kind: 'literal',
      commands: [argv],
      isSingle: true,
    });
  });

  it('reads chains and pipes in order', () => {
    expect(readShellText('a 1 && b || c | d; e\n\nf |\n g')).toMatchObject({
      kind: 'literal',
      commands: [['a', '1'], ['b'], ['c'], ['d'], ['e'], ['f'], ['g']],
      isSingle: false,
    });
  });

  it.each(['ls >/dev/null', 'ls 2> /dev/null', 'ls </dev/null', 'ls 2>&1', '>/dev/null ls'])(
    'takes %j, but not as a command that needs no shell',
    (text) => {
      expect(readShellText(text)).toMatchObject({
        kind: 'literal',
        commands: [['ls']],
        isSingle: false,
      });
    },
  );

  it('says where the name of each command is, and which reads from the one before', () => {
    const text = ` a 1 && >/dev/null "b"'c' | \\d;e |\n f`;
    const read = readShellText(text);
    const places = read.kind === 'literal' ? read.places : [];
    const found = places.map(({ nameStart, nameEnd, isPiped }) => [
      text.slice(nameStart, nameEnd),
      isPiped,
    ]);
    expect(found).toEqual([
      ['a', false],
      [`"b"'c'`, false],
      ['\\d', true],
      ['e', false],
      ['f', true],
    ]);
  });

  it('finds words on both sides of a redirection', () => {
    expect(readShellText('a b >/dev/null c')).toMatchObject({ commands: [['a', 'b', 'c']] });
  });

  it.each([
    ['', 'The shell text is empty.'],
    [' \n\t ', 'The shell text is empty.'],
    ['x'.repeat(16_385), 'The shell text is too long to be analysed.'],
    [Array(65).fill('a').join(';'), 'The shell text has more than 64 commands.'],
    [Array(65).fill('a').join('&&\n'), 'The shell text has more than 64 commands.'],
    ['echo \ud800', 'The shell text is not valid Unicode.'],
    ["echo '\udc00'", 'The shell text is not valid Unicode.'],
    ['echo a\\\nb', 'The shell text continues a line after a backslash.'],
    ["echo 'a", 'The shell text has a quote that does not end.'],
    ['echo "a\\"', 'The shell text has a quote that does not end.'],
    ['echo a\\', 'The shell text has a backslash that quotes no plain character.'],
    ['echo \\é', 'The shell text has a backslash that quotes no plain character.'],
    ['echo $x', 'The shell would replace a part that starts with "$" before it runs the text.'],
    [
      'echo "a $(id)"',
      'The shell would replace a part that starts with "$" before it runs the text.',
    ],
    ['echo `id`', 'The shell would run the part in backticks first.'],
    ['echo "\\\\`id`"', 'The shell would run the part in backticks first.'],
    ['(ls)', 'The text has a subshell, a function or another use of parentheses.'],
    ['echo {a,b}', 'The text has braces, which the shell may expand or group by.'],
    ['ls *.ts', 'The shell would replace a pattern ("*", "?" or "[") by the names of files.'],
    ['ls [ab].ts', 'The shell would replace a pattern ("*", "?" or "[") by the names of files.'],
    ['echo [', 'The two readings of the shell text differ.'],
    ['ls ~', 'The shell would replace "~" by a home folder.'],
    ['ls --dir=~/x', 'The shell would replace "~" by a home folder.'],
    ["ls ''~", 'The shell would replace "~" by a home folder.'],
    ['! ls', 'The text has an unquoted "!".'],
    ['ls # x', 'The text has a comment.'],
    ['#!/bin/sh\nls', 'The text has a comment.'],
    ['echo é', 'The text has a character outside of ASCII that is not quoted.'],
    ['echo\u00a0a', 'The text has a character outside of ASCII that is not quoted.'],
    ['echo a\u200bb', 'The text has a character outside of ASCII that is not quoted.'],
    ['echo =ls', 'A word starts with "=", which some shells replace by the path of a program.'],
    ['ls &', 'The text starts something in the background.'],
    ['a & b', 'The text starts something in the background.'],
    ['ls > x', 'The text redirects input or output to more than "/dev/null".'],
    ['cat <<E\nx\nE', 'The text redirects input or output to more than "/dev/null".'],
    ['cat <<E', 'The text redirects input or output to more than "/dev/null".'],
    ['cat <<< x', 'The text redirects input or output to more than "/dev/null".'],
    ['a |& b', 'The text redirects input or output to more than "/dev/null".'],
    ['A=b ls', 'The text sets a variable.'],
    ['A=b', 'The text sets a variable.'],
    [
      'if a; then b; fi',
      'The text has a loop, a condition or another construct of the shell language.',
    ],
    ['time ls', 'The text times a command or turns its result around.'],
    ['>/dev/null', 'The text has a redirection without a command.'],
    ["'' ls", 'A command of the text has a name with a special meaning in some shells.'],
    ["'A=b' ls", 'A command of the text has a name with a special meaning in some shells.'],
    ['%1', 'A command of the text has a name with a special meaning in some shells.'],
    ['cd /tmp', '"cd" is a command of the shell itself, not a program.'],
    ["'eval' ls", '"eval" is a command of the shell itself, not a program.'],
    ['ls; noglob ls', '"noglob" is a command of the shell itself, not a program.'],
    ['ls &&', 'The shell text has a syntax error.'],
    ['ls;;ls', 'The shell text has a syntax error.'],
  ])('cannot prove %j', (text, reason) => {
    expect(readShellText(text)).toEqual(unproved(reason));
  });

  it('refuses every control character but newline and tab, quoted or not', () => {
    const codes = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at)];
    for (const code of codes.filter((code) => code !== 9 && code !== 10)) {
      const text = `echo 'a${String.fromCharCode(code)}b'`;
      expect(readShellText(text)).toEqual(
        unproved('The shell text has a control character in it.'),
      );
    }
  });

  it('takes 64 commands and 16 384 characters', () => {
    const commands = Array(64).fill('a').join(' && ');
    expect(readShellText(commands)).toMatchObject({ kind: 'literal' });
    expect(readShellText(`\n${commands}\n`)).toMatchObject({ kind: 'literal' });
    expect(readShellText('x'.repeat(16_384))).toMatchObject({ kind: 'literal' });
  });

  it('refuses "&>": dash reads it as two commands, the first in the background (S9)', () => {
    expect(readShellText('echo a &>/dev/null id')).toMatchObject({ kind: 'unproved' });
  });
});

describe('commands that the shell has itself under the name of a program (S9)', () => {
  it.each([
    ...["printf '%s\\n' a", "printf '%d%%\\n' 1", "printf '%-5s|%5.2f' 3 4", 'printf done'],
    ...['test -f a', '[ -f a ]', '[ 1 -eq 2 ]', '[ a = b -o c = d ]', "test '!' -d x", 'kill -9 1'],
    ...['echo -e a', 'true', 'false', 'pwd -P', 'kill -TERM 12'],
  ])('takes %j', (text) => {
    expect(readShellText(text)).toMatchObject({ kind: 'literal', isSingle: true });
  });

  it.each([
    // Set a variable in bash, PATH for one.
    ...['printf -v PATH x', "printf '%n' PATH", "printf 'a%5nb' PATH", "printf '%d%n' 1 PATH"],
    // Arithmetic in zsh and ksh.
    ...["printf '%d' 'a[$(id)]'", "printf '%d' PATH=1", "printf '%*d' x 1"],
    ...["test 'a[$(id)]' -eq 1", 'test PATH=1 -eq 1', "[ -t 'x=1' ]"],
    // Evaluates the subscript in bash.
    ...["test -v 'a[$(id)]'", "[ -v 'a[$(id)]' ]", '[ -R x ]'],
    ...['printf', '[ a', 'kill %1', "kill 'a[1]'"],
  ])('does not take %j', (text) => {
    const read = readShellText(text);
    expect(read).toMatchObject({ kind: 'unproved' });
    expect(read).toHaveProperty('reason', expect.stringContaining('may do more'));
  });
});
