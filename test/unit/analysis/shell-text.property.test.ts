import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShellText } from '#core/analysis/shell-text.ts';

/** Pieces that mean something to a shell, and some that do not. */
const fragments = [
  ...['a', 'ls', 'if', 'then', 'fi', 'for', 'in', 'do', 'done', 'case', 'esac', 'function', 'f()'],
  ...[
    'time',
    'coproc',
    '[[',
    ']]',
    '[',
    ']',
    '((',
    '))',
    '(',
    ')',
    '{',
    '}',
    '{a,',
    '$',
    '$(',
    '${',
  ],
  ...['$((', '$[', '`', '<(', '>(', '<<', '<<E\n', "<<'E'\n", '<<<', '>', '>>', '<', '2>&1', '&>'],
  ...['&', '&&', '||', '|', '|&', ';', ';;', '\n', ' ', '\t', '"', "'", "$'", '$"', '\\', '\\\n'],
  ...[
    '#',
    '!',
    '~',
    '*',
    '?',
    '=',
    'A=',
    'A=(',
    '@(',
    '+(',
    '!(',
    '%',
    '^',
    '\0',
    '\r',
    'é',
    '\ud800',
  ],
  ...['/dev/null', '-', '""', "''", '{fd}>'],
];

const shellish = fc.array(fc.constantFrom(...fragments)).map((parts) => parts.join(''));

const single = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
const quotings = [
  single,
  (word: string) => `"${word.replace(/[$`"\\]/g, '\\$&')}"`,
  (word: string) => word.replace(/[^\w\n\t\u0080-\uffff]/g, '\\$&').replace(/[\n\t]/g, "'$&'"),
];

const argument = fc.string({
  unit: fc.constantFrom(...'ab1-/.:= $`"\'\\*?[]{}()<>|&;#~!%^,', '\n', '\t'),
  maxLength: 8,
});
const name = fc.constantFrom('git', 'ls', '/bin/rm', './a b', 'x1');
const argv = fc.tuple(name, fc.array(argument, { maxLength: 4 }));
/** Backslashes quote no newline and nothing can be nothing, so those use other quotes. */
const quoted = (word: string, style: number) =>
  (style === 2 && word === '') || /\\\n/.test(word)
    ? single(word)
    : (quotings[style] ?? single)(word);

/** Ms of this thread alone: the machine may be busy with something else. */
const threadTime = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

function timeToRead(text: string): number {
  const start = threadTime();
  expect(['literal', 'unproved']).toContain(readShellText(text).kind);
  return threadTime() - start;
}

describe('readShellText, for any text', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shellish), (text) => {
        timeToRead(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes less than 50 ms for the longest texts of every fragment and of many pairs', () => {
    const pairs = fragments
      .flatMap((first) => fragments.map((second) => first + second))
      .filter((_, at) => at % 3 === 0);
    timeToRead('ls && ls | ls >/dev/null; ls');
    for (const part of [...fragments, ...pairs]) {
      const text = `ls ${part.repeat(16_384 / part.length)}`.slice(0, 16_384);
      const first = timeToRead(text);
      // Once more: it may have been the compiler's.
      const time = first < 50 ? first : timeToRead(text);
      expect(time, JSON.stringify(part)).toBeLessThan(50);
    }
  });

  it('is literal for every quoted argv, and gives exactly that argv', () => {
    const style = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(
        argv,
        fc.array(style, { minLength: 5, maxLength: 5 }),
        ([program, args], styles) => {
          const words = [program, ...args];
          fc.pre(!words.some((word) => /\\\n/.test(word)));
          const text = words.map((word, index) => quoted(word, styles[index] ?? 0)).join(' ');
          fc.pre(!text.includes('\\\n'));
          expect(readShellText(text)).toMatchObject({
            kind: 'literal',
            commands: [words],
            isSingle: true,
          });
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('gives the same argv again when every word of a literal text is quoted', () => {
    let literal = 0;
    const calm = fc
      .array(fc.constantFrom(...fragments, 'a', 'b', ' ', ' ', ' && ', ' | ', "'x y'", '"z"'))
      .map((parts) => `ls ${parts.join('')}`);
    fc.assert(
      fc.property(calm, (text) => {
        const read = readShellText(text);
        if (read.kind === 'unproved') return;
        literal += 1;
        const again = read.commands.map((words) => words.map(single).join(' ')).join('; ');
        expect(readShellText(again)).toMatchObject({ kind: 'literal', commands: read.commands });
      }),
      { numRuns: 5_000 },
    );
    expect(literal).toBeGreaterThan(50);
  });
});

describe('readShellText, for a literal text with one special character more', () => {
  const plain = fc.string({
    unit: fc.constantFrom(...'abc19-./:=_%+,'),
    minLength: 1,
    maxLength: 6,
  });
  const word = plain.map((text) => `w${text}`);
  const command = fc.array(word, { maxLength: 3 }).map((words) => ['ls', ...words].join(' '));
  const separator = fc.constantFrom(' && ', ' || ', '; ', ' | ', '\n', ' 2>&1 | ', ' >/dev/null; ');
  const text = fc
    .tuple(command, fc.array(fc.tuple(separator, command), { maxLength: 3 }))
    .map(([first, rest]) => first + rest.flat().join(''));

  it.each(['$', '`', '<', '>', '(', ')', '&', '\\\n'])(
    'never keeps the same commands in silence: %j (S9)',
    (special) => {
      fc.assert(
        fc.property(text, fc.nat(), (base, place) => {
          const before = readShellText(base);
          expect(before.kind).toBe('literal');
          const at = place % (base.length + 1);
          const after = readShellText(base.slice(0, at) + special + base.slice(at));
          if (after.kind === 'unproved' || before.kind === 'unproved') return;
          expect(after.commands).not.toEqual(before.commands);
        }),
        { numRuns: 1_000 },
      );
    },
  );
});
