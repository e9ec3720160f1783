import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeBin } from '#core/policy/safe-bins.ts';
import { cheapestMs } from '#support/timing.ts';

const optIn = new Set(['grep', 'sort']);

function ask(argv: readonly [string, ...string[]], extra?: ReadonlySet<string>) {
  const [called] = argv;
  const byName = !called.includes('/');
  const executable = byName ? `/usr/bin/${called}` : called;
  return safeBin({ argv, executable, cwd: '/work', byName, contentSha256: null }, extra);
}

describe('safeBin: calls that only filter standard input', () => {
  it.each<[string, ...string[]][]>([
    [['cut', '-d,', '-f1']],
    [['cut', '-d', ',', '-f', '1-3', '--complement']],
    [['cut', '--delimiter=,', '--fields', '1']],
    [['uniq']],
    [['uniq', '-c', '-f', '1']],
    [['uniq', '--group']],
    [['uniq', '--group=append']],
    [['head', '-n', '5']],
    [['head', '-n5', '-q']],
    [['head', '-qn5']],
    [['head', '-qn', '5']],
    [['head', '-n', '-5']],
    [['head', '--lines=5']],
    [['head', '--line', '5']],
    [['head', '-n', '5', '--']],
    [['tail', '-n', '+5']],
    [['tail', '--max', '3', '-c', '10']],
    [['tr', 'a', 'b']],
    [['tr', '-d', 'a']],
    [['tr', '-', '_']],
    [['tr', '--', '-a', 'b']],
    [['wc', '-lc']],
    [['/bin/wc', '-l']],
    [['/usr/bin/wc', '--max-line-length']],
  ])('%j is safe', (argv) => {
    expect(ask(argv)).toEqual({ ok: true });
  });

  it('the opt-in programs are safe where they were opted in, and only there', () => {
    for (const argv of [
      ['grep', '-e', 'foo'],
      ['grep', '--regexp=foo', '--context=2', '-m1'],
      ['sort', '-k2', '-t,', '--buffer-size', '1M'],
    ] as const) {
      expect(ask(argv, optIn)).toEqual({ ok: true });
      expect(ask(argv)).toMatchObject({ ok: false });
    }
  });
});

describe('S10 safeBin: everything else is refused', () => {
  it.each<[string, ...string[]][]>([
    [['head', 'secret.json']],
    [['head', '-n', '5', 'secret.json']],
    [['head', '--', 'secret.json']],
    [['head', '--', '-n']],
    [['wc', '-']],
    [['uniq', '-', 'out']],
    [['uniq', '--group', 'secret.json']],
    [['uniq', '--grou', 'secret.json']],
    [['cut', '-f1', 'secret.json']],
    [['tr']],
    [['tr', 'a', 'b', 'c']],
    [['head', '-5']],
    [['tail', '+5']],
  ])('%j: a token that could name a file, or too few', (argv) => {
    expect(ask(argv)).toMatchObject({ ok: false });
  });

  it.each<[string, ...string[]][]>([
    [['tail', '-f']],
    [['tail', '-n5', '-F']],
    [['tail', '-qf']],
    [['tail', '--follow']],
    [['tail', '--follow=name']],
    [['tail', '--fol']],
    [['tail', '--retr']],
    [['wc', '--files0-from=x']],
    [['wc', '--files', 'x']],
    [['wc', '--f']],
    [['wc', '-lx']],
    [['head', '--nonsense']],
    [['head', '--zero-terminated=x']],
    [['head', '--v']],
    [['uniq', '-D']],
    [['uniq', '--s', '1']],
    [['head', '---presume-input-pipe']],
    [['head', '--=x']],
    [['head', '-n']],
    [['head', '--lines']],
  ])('%j: a flag that is denied, unknown, ambiguous or incomplete', (argv) => {
    expect(ask(argv)).toMatchObject({ ok: false });
  });

  it.each<[string, ...string[]][]>([
    [['grep', 'foo']],
    [['grep', '-e', 'foo', 'secret.json']],
    [['grep', '-f', 'x']],
    [['grep', '-efoo', '-r']],
    [['grep', '-re', 'foo']],
    [['grep', '-e', 'foo', '--file=x']],
    [['grep', '-e', 'foo', '--fil', 'x']],
    // An exact flag of GNU grep that takes no value, though it starts one that does.
    [['grep', '-e', 'foo', '--binary', 'secret.json']],
    [['grep', '-e', 'foo', '--context', 'secret.json']],
    [['grep', '-e', 'foo', '--rec']],
    [['grep', '-e', 'foo', '--deref']],
    [['sort', '-o', 'out']],
    [['sort', '-oout']],
    [['sort', '-k1', '-oout']],
    [['sort', '--output=out']],
    [['sort', '--outp=out']],
    [['sort', '--compress-prog=sh']],
    [['sort', '--compress-program', 'sh']],
    [['sort', '--comp', 'sh']],
    [['sort', '-T', 'x']],
    [['sort', '--files0-from=x']],
    [['sort', '--random-source=x']],
  ])('%j is refused even when opted in', (argv) => {
    expect(ask(argv, optIn)).toMatchObject({ ok: false });
  });

  it.each<[string, ...string[]][]>([
    [['tr', '*', 'a']],
    [['tr', '[:upper:]', 'a']],
    [['tr', 'a?', 'b']],
    [['tr', '$HOME', 'b']],
    [['tr', '/etc/passwd', 'b']],
    [['tr', '~', 'b']],
    [['tr', './x', 'b']],
    [['tr', '..', 'b']],
    [['tr', 'C:\\x', 'b']],
    [['cut', '-d/', '-f1']],
    [['cut', '-d', '$', '-f1']],
    [['head', '--lines=/x']],
    [['head', '-n', '*']],
  ])('%j: no wildcard, "$" or path anywhere', (argv) => {
    expect(ask(argv)).toMatchObject({ ok: false });
  });

  it('other programs are never safe, whatever is opted in', () => {
    const extra = new Set(['jq', 'awk', 'sed', 'find', 'rg', 'git', 'tar', '__proto__', ...optIn]);
    for (const argv of [
      ['jq', '-n', 'env'],
      ['awk', 'BEGIN{system("id")}'],
      ['sed', '-n', '1e id'],
      ['find', '.', '-exec', 'id', ';'],
      ['rg', '--pre', 'sh'],
      ['git', '-c', 'core.pager=sh', 'log'],
      ['tar', '--checkpoint-action=exec=id'],
      ['__proto__'],
    ] as const) {
      expect(ask(argv, extra)).toMatchObject({ ok: false });
    }
  });

  it('S15: the program must be the one of the system, called by its own name', () => {
    const called = (argv0: string, executable: string, byName: boolean) =>
      safeBin({ argv: [argv0, '-l'], executable, cwd: '/work', byName, contentSha256: null }).ok;
    expect(called('wc', '/usr/bin/wc', true)).toBe(true);
    // A system whose /bin is a link to /usr/bin.
    expect(called('/bin/wc', '/usr/bin/wc', false)).toBe(true);
    expect(called('wc', '/work/wc', true)).toBe(false);
    expect(called('wc', '/usr/local/bin/wc', true)).toBe(false);
    expect(called('wc', '/usr/bin/x/wc', true)).toBe(false);
    expect(called('./wc', '/usr/bin/wc', false)).toBe(false);
    expect(called('wc', '/usr/bin/wc', false)).toBe(false);
    expect(called('sh', '/usr/bin/wc', true)).toBe(false);
    expect(called('wc', '/bin/busybox', true)).toBe(false);
    expect(called('WC', '/usr/bin/wc', true)).toBe(false);
  });

  it('says what is wrong', () => {
    expect(ask(['head', 'x'])).toEqual({
      ok: false,
      why: 'head is not safe here: "x" could name a file.',
    });
    expect(ask(['git', 'x'])).toEqual({
      ok: false,
      why: '/usr/bin/git is not one of the safe programs.',
    });
  });
});

describe('properties of safe bins', () => {
  const name = fc.constantFrom('cut', 'uniq', 'head', 'tail', 'wc', 'grep', 'sort');
  const part = fc.constantFrom(
    ...['-', '--', '-n', '-c', '5', '-n5', '--lines', '--line', '--lines=5', '-q', '-e', 'x', '-k'],
    ...['--group', '--group=x', '--context', '--binary', '--output', '-o', '-f', 'SECRET'],
  );

  it('no arguments make it throw or take 50 ms', () => {
    const token = fc.oneof(part, fc.string({ unit: 'binary' }), fc.constant('-q'.repeat(5_000)));
    const anyName = fc.oneof(name, fc.string());
    const args = fc.oneof(
      fc.array(token),
      fc.constant(Array<string>(7_000).fill('--quiet')),
      fc.constant(['-'.concat('q'.repeat(65_000))]),
    );
    fc.assert(
      fc.property(anyName, args, (program, list) => {
        expect(cheapestMs(() => void ask([program, ...list], optIn))).toBeLessThan(50);
      }),
      { numRuns: 200 },
    );
  });
});
