import { describe, expect, it } from 'vitest';
import { readShellText } from '#core/analysis/shell-text.ts';
import { createBashOracle } from '#support/bash-oracle.ts';
import { acceptedByBash, argvThatArrives, ownCommandsOfBash } from '#support/real-shell.ts';
import { tempDir } from '#support/temp-dir.ts';
import { corpus } from '../corpus/commands.ts';

const oracle = await createBashOracle();

const literal = corpus.flatMap(({ text, line }) => {
  const read = readShellText(text);
  return read.kind === 'literal' ? [{ text, line, ...read }] : [];
});

const single = literal
  .filter(({ isSingle }) => isSingle)
  // A newline before the first command would end the command of the tests that put one before it.
  .map((entry) => ({ ...entry, text: entry.text.trimStart(), argv: entry.commands[0] }));

/** The shell has its own of these, so no program on PATH is asked for them. */
const builtin = new Set(['echo', 'printf', 'test', '[', 'true', 'false', 'pwd', 'kill']);

describe('the corpus of shell texts (D9, S7 to S10)', () => {
  it('has more than 500 different commands of both kinds', () => {
    expect(new Set(corpus.map(({ text }) => text)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThan(500);
    for (const kind of ['literal', 'unproved']) {
      expect(corpus.filter(({ expected }) => expected === kind).length).toBeGreaterThan(250);
    }
  });

  it('is read as marked, every command of it', () => {
    const wrong = corpus.filter(({ text, expected }) => readShellText(text).kind !== expected);
    expect(wrong.map(({ line }) => line)).toEqual([]);
  });

  it('has the same commands for tree-sitter-bash wherever it is literal', () => {
    const differing = literal
      .map(({ line, text, commands }) => ({ line, ours: commands, other: oracle.commands(text) }))
      .filter(({ ours, other }) => JSON.stringify(ours) !== JSON.stringify(other));
    expect(differing).toEqual([]);
  });

  it('is accepted by bash -n wherever it is literal', () => {
    const accepted = acceptedByBash(literal.map(({ text }) => text));
    expect(accepted).toHaveLength(literal.length);
    expect(literal.filter((_, index) => !accepted[index]).map(({ line }) => line)).toEqual([]);
  });

  it.each(['/bin/sh', '/bin/bash'])(
    '%s hands exactly the argv of a single command to the program of its name',
    (shell) => {
      const programs = single.filter(({ argv: [name] }) => !builtin.has(name) && !/\//.test(name));
      expect(programs.length).toBeGreaterThan(300);
      const texts = programs.map(({ text }) => text);
      const names = programs.map(({ argv }) => argv[0]);
      const arrived = argvThatArrives(shell, texts, tempDir(), names);
      expect(arrived).toEqual(programs.map(({ argv }) => argv));
    },
  );

  it.each(['/bin/sh', '/bin/bash'])('%s reads the words of a single command as we do', (shell) => {
    const texts = single.map(({ text }) => `printf '%s\\0' ${text}`);
    const arrived = argvThatArrives(shell, texts, tempDir(), []);
    expect(arrived).toEqual(single.map(({ argv }) => argv));
  });
});

describe('the list of commands that are no programs', () => {
  it('has every command and reserved word of bash but those that do as their programs (D9)', () => {
    const own = ownCommandsOfBash();
    expect(own).toEqual(expect.arrayContaining(['cd', 'eval', 'while', '[']));
    const taken = own.filter((name) => readShellText(`'${name}' 1`).kind === 'literal');
    // Not "[": it lacks its "]".
    expect(new Set(taken)).toEqual(new Set([...builtin].filter((name) => name !== '[')));
  });
});

describe('the second reading by tree-sitter-bash', () => {
  it.each([
    ...['echo $x', 'echo "$(id)"', '(ls)', 'ls &', 'A=b ls', 'echo <<E\nx\nE', "echo 'a"],
    ...['echo `id`', 'if true; then ls; fi', 'echo <(id)', "echo $'a'", '! ls', 'ls; f() { ls; }'],
  ])('takes nothing but literal commands: %j', (text) => {
    expect(oracle.commands(text)).toBeNull();
  });
});
