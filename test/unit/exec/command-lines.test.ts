import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayBlock } from '#core/display.ts';
import { commandLines } from '#core/exec/command-lines.ts';
import { argumentSources, canonicalCommandText } from '#core/exec/command-text.ts';
import { spanOf } from '#core/text-source.ts';

const madeOf = (argv: readonly string[]) => ({ argv, commandText: canonicalCommandText(argv) });
const linesOf = (argv: readonly string[]) => commandLines(madeOf(argv)).text;

const argument = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a', 'n', '"', '\\', '\n', '\r', '  ', '\u200B', '\u{1F600}'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);
const argvs = fc.array(argument, { minLength: 1, maxLength: 4 });

describe('commandLines', () => {
  it('AP-03: breaks a script where its lines end, and keeps how they are indented', () => {
    const script = 'cd ~/code/api\nnpm ci\n  npm run build';
    const lines = linesOf(['/bin/sh', '-lc', script]);
    expect(lines).toBe(`/bin/sh -lc "${script}"`);
    expect(displayBlock(lines).text).toBe('/bin/sh -lc "cd ~/code/api↵\nnpm ci↵\n  npm run build"');
  });

  it('S4: a backslash and an n that somebody typed are no break', () => {
    expect(linesOf(['printf', 'a\\nb'])).toBe('printf "a\\\\nb"');
    expect(linesOf(['printf', 'a\\\nb', '\\n'])).toBe('printf "a\\\\\nb" "\\\\n"');
  });

  it('leaves a text alone that was not made from the arguments', () => {
    const claimed = { commandText: 'echo "a\\nb"', argv: ['echo', 'a\nb', 'c'] };
    expect(commandLines(claimed).text).toBe(claimed.commandText);
    expect(commandLines({ ...claimed, argv: null }).text).toBe(claimed.commandText);
  });

  it('S5: says all that the command text says, in its order, and nothing else (property)', () => {
    fc.assert(
      fc.property(argvs, (argv) => {
        const { commandText } = madeOf(argv);
        const lines = linesOf(argv);
        expect(lines.replaceAll('\n', '\\n')).toBe(commandText);
        expect(lines.split('\n')).toHaveLength(argv.join('').split('\n').length);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a mark on the characters it stands on (property)', () => {
    fc.assert(
      fc.property(argvs, fc.nat(), fc.nat(20), (argv, first, length) => {
        const made = madeOf(argv);
        const places = argumentSources(argv).flatMap((source) =>
          Array.from(source.text, (_, start) => spanOf({ source, start, end: start + 1 })),
        );
        const start = places[first % places.length]?.start ?? 0;
        const end = places[(first % places.length) + length]?.end ?? made.commandText.length;
        const { text, marks } = commandLines(made, [{ start, end, note: 3 }]);
        expect(marks).toHaveLength(1);
        for (const mark of marks) {
          const marked = text.slice(mark.start, mark.end).replaceAll('\n', '\\n');
          expect(marked).toBe(made.commandText.slice(start, end));
          const before = text.slice(0, mark.start).replaceAll('\n', '\\n');
          expect(before).toBe(made.commandText.slice(0, start));
          expect(mark.note).toBe(3);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('S26: is quick for a text of nothing but line ends', () => {
    const marks = Array.from({ length: 60_000 }, (_, at) => ({ start: at, end: at + 2, note: 1 }));
    const made = madeOf(['sh', '-c', '\n'.repeat(32_000)]);
    const started = performance.now();
    const { text } = commandLines(made, marks);
    expect(performance.now() - started).toBeLessThan(500);
    expect(text).toBe(`sh -c "${'\n'.repeat(32_000)}"`);
  });
});
