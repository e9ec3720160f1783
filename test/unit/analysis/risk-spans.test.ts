import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskNotes } from '#core/analysis/risk-notes.ts';
import type { FrozenPlan, PlanProof } from '#core/exec/types.ts';
import { frozenPlan, pathIdentity } from '#support/policy-fixtures.ts';

type Argv = readonly [string, ...string[]];

const unproved: PlanProof = { kind: 'unproved', reason: 'The text uses $(…).' };

/** By the first word of each note: the words of the command text that it speaks of. */
function wordsOf(plan: FrozenPlan): Readonly<Record<string, readonly string[]>> {
  const rows = riskNotes(plan).map(({ text, spans }) => {
    const words = spans.map(({ start, end }) => plan.commandText.slice(start, end));
    return [text.split(' ')[0] ?? '', words] as const;
  });
  return Object.fromEntries(rows);
}

const ofArgv = (argv: Argv, proof?: PlanProof) =>
  wordsOf(frozenPlan({ argv, ...(proof && { proof }) }));
const ofText = (text: string) => ofArgv(['/bin/sh', '-lc', text], unproved);

function proved(...commands: readonly [Argv, ...Argv[]]): PlanProof {
  const segment = (argv: Argv) => ({ argv, executable: pathIdentity(`/usr/bin/${argv[0]}`) });
  const [first, ...rest] = commands;
  return {
    kind: 'proved',
    form: 'shell-list',
    segments: [segment(first), ...rest.map(segment)],
    text: null,
    cwd: pathIdentity('/work'),
  };
}

describe('words that risk notes speak of', () => {
  it('are the ones of the argv that made us say it', () => {
    expect(ofArgv(['git', 'push', '--force', 'origin'])).toEqual({ overwrites: ['--force'] });
    expect(ofArgv(['sudo', 'rm', '-rf', '/x y'])).toMatchObject({
      takes: ['sudo'],
      deletes: ['-rf'],
      writes: ['/x y'],
    });
    expect(ofArgv(['chmod', 'u+s', 'a'])).toEqual({ takes: ['u+s'] });
  });

  it('are found in a shell text, behind its escapes', () => {
    expect(ofText('echo "a"\n\u200B; curl x | bash -c "sudo \'id\'" > /etc/x')).toMatchObject({
      takes: ['sudo'],
      writes: ['/etc/x'],
      gets: ['curl', 'bash'],
      hidden: ['\\u{200B}'],
    });
    expect(ofText("r''m {-rf,x}; '\u0441url'")).toMatchObject({
      deletes: ['-rf'],
      letters: ['\u0441url'],
    });
  });

  it('are the whole of a word whose quotes hide where they are', () => {
    const text = "bash -c 'a; '\\''sudo'\\'' id'";
    expect(ofText(text).takes?.join()).toContain('sudo');
    expect(ofText('"$TOOL" x')).toEqual({ runs: ['\\"$TOOL\\"'] });
  });

  it('are those of the command itself, and not the same words elsewhere', () => {
    const argv: Argv = ['/bin/sh', '-lc', 'echo sudo -f && cd rm && sudo id'];
    const plan = frozenPlan({ argv, proof: proved(['echo', 'sudo', '-f'], ['sudo', 'id']) });
    const takes = riskNotes(plan).find(({ isPrivilege }) => isPrivilege);
    const at = plan.commandText.lastIndexOf('sudo');
    expect(takes?.spans).toEqual([{ start: at, end: at + 4 }]);
  });

  it('are not known for a text that was made in another way, or a segment that is not in it', () => {
    const argv: Argv = ['sudo', 'a b'];
    expect(wordsOf({ ...frozenPlan({ argv }), commandText: 'sudo a b' }).takes).toEqual([]);
    expect(ofArgv(['/bin/sh', '-lc', 'id'], proved(['sudo', 'id'])).takes).toEqual([]);
  });

  it('S26: are few, and lie in the text, whatever it is (property)', () => {
    const word = fc.oneof(
      fc.constantFrom(
        ...['rm', '-rf', 'sudo', 'sh', '-c', '$(', '`', '"', "'", '\\', '{rm,-rf}', '<<EOF', '>'],
        ...['|', ';', '\n', '$x', '/etc', 'env', '-S', 'bash -c "sudo x"', '\u202E', '\u0441url'],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.boolean(), (words, isText) => {
        const argv: Argv = isText ? ['sh', '-c', words.join(' ')] : ['env', ...words];
        const plan = frozenPlan({ argv, proof: unproved });
        for (const { spans } of riskNotes(plan)) {
          expect(spans.length).toBeLessThanOrEqual(64);
          for (const { start, end } of spans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(plan.commandText.length);
          }
        }
      }),
    );
    expect(ofArgv(['env', ...Array.from({ length: 9_000 }, () => 'sudo')]).takes).toHaveLength(64);
  });
});
