import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowAlways, createExecBench } from '#support/exec-host.ts';
import { policyRule } from '#support/policy-fixtures.ts';
import { tempDir } from '#support/temp-dir.ts';

/** A folder with programs in it, and a file that is there once something ran that nobody allowed. */
function scene() {
  const work = tempDir();
  const canary = join(tempDir(), 'canary');
  const payload = `/usr/bin/touch ${canary}`;
  const bench = createExecBench({ plan: { home: work } });
  return {
    ...bench,
    payload,
    ran: () => existsSync(canary),
    write(name: string, text: string) {
      writeFileSync(join(work, name), text);
      chmodSync(join(work, name), 0o755);
      return join(work, name);
    },
    /** Somebody answers "always" if that is offered; then nobody answers any more. */
    async always(argv: readonly [string, ...string[]]) {
      bench.desk.answerWith(({ offered }) =>
        offered.includes('allow-always') ? allowAlways : { kind: 'expired' },
      );
      const result = await bench.run({ argv, cwd: work });
      bench.desk.answerWith(() => ({ kind: 'expired' }));
      return result.ok;
    },
    attempt: async (argv: readonly [string, ...string[]]) =>
      (await bench.run({ argv, cwd: work })).ok,
    allow: (...patterns: readonly string[]) => {
      const rules = patterns.map((pattern, at) => policyRule({ id: `r${at}`, pattern }));
      bench.store.edit({ rules: [...bench.store.rules, ...rules] });
    },
  };
}

describe('S11: "always" for a program whose text is what runs', () => {
  it.each([
    ['a shebang', '#!/bin/sh\n'],
    ['no shebang, which the C library hands to a shell', '# plain\n'],
    ['nothing in it', ''],
    ['a mark that editors leave before the shebang', '\ufeff#!/bin/sh\n'],
    ['the first bytes of machine code, and no more', '\u007fELF\n'],
    ['the magic of another system', 'MZ\n'],
  ])('holds while its content stays, with %s', async (_, start) => {
    const { write, always, attempt, payload, ran } = scene();
    const tool = write('tool', `${start}exit 0\n`);
    expect(await always([tool])).toBe(true);
    expect(await attempt([tool])).toBe(true);
    write('tool', `${start}${payload}\n`);
    expect(await attempt([tool])).toBe(false);
    expect(ran()).toBe(false);
  });

  it('is not offered when the script is too long to be read', async () => {
    const { write, always, store, desk } = scene();
    const tool = write('tool', `#!/bin/sh\nexit 0\n${'#'.repeat(1_100_000)}`);
    expect(await always([tool])).toBe(false);
    expect(desk.asked[0]?.offered).not.toContain('allow-always');
    expect(store.rules).toEqual([]);
  });
});

describe('S11: a rule for the content of a script, and a text that changes it first', () => {
  it.each([
    'cp evil build && ./build',
    'cp evil build; ./build',
    'cp evil build || ./build',
    'head -n 1 | cp evil build | ./build',
    'cp evil build && head -n 1 | ./build',
    './build | cp evil build',
    './build | head -n 1 | cp evil build',
  ])('%j asks', async (text) => {
    const { write, always, attempt, allow, payload, ran } = scene();
    const build = write('build', '#!/bin/sh\nexit 0\n');
    write('evil', `#!/bin/sh\n${payload}\n`);
    allow('/usr/bin/cp');
    expect(await always([build])).toBe(true);
    expect(await attempt(['/bin/sh', '-lc', text])).toBe(false);
    expect(ran()).toBe(false);
  });

  it.each([
    './build && cp evil copy',
    './build; ./build 2>&1 | tail -n 5',
    './build 2>&1 | tail -n 5; cp evil copy',
    'head -n 1 | ./build',
  ])('%j needs no question where nothing can', async (text) => {
    const { write, always, attempt, allow, desk } = scene();
    const build = write('build', '#!/bin/sh\nexit 0\n');
    write('evil', '');
    allow('/usr/bin/cp');
    expect(await always([build])).toBe(true);
    const isCertain = !text.includes('; ./build');
    expect(await attempt(['/bin/sh', '-lc', text])).toBe(isCertain);
    // The script itself may rewrite itself before its second turn.
    expect(desk.asked).toHaveLength(isCertain ? 1 : 2);
  });

  it('says why, and does not offer an "always" that would not stick', async () => {
    const { write, always, attempt, allow, desk, store } = scene();
    allow('/usr/bin/cp');
    expect(await always([write('build', '#!/bin/sh\nexit 0\n')])).toBe(true);
    await attempt(['/bin/sh', '-c', 'cp a b; ./build']);
    const [, ask] = desk.asked;
    expect(ask?.subject.why).toContain('which another command of the text may change first');
    expect(ask?.offered).toEqual(['allow-once', 'deny']);
    expect(store.rules).toHaveLength(2);
  });

  it('a script that a later command is given counts as not verified', async () => {
    const { write, attempt, desk } = scene();
    write('a.sh', 'exit 0\n');
    const notVerified = () => desk.asked.at(-1)?.subject.risks.join().includes('not verified');
    await attempt(['/bin/sh', '-c', 'sh a.sh && cp evil b']);
    expect(notVerified()).toBe(false);
    await attempt(['/bin/sh', '-c', 'cp evil a.sh && sh a.sh']);
    expect(notVerified()).toBe(true);
  });
});

describe('S11: a program that runs a file it is given has no "always"', () => {
  it.each([
    'perl5.36-x86_64-linux-gnu',
    'tclsh8.6',
    'tsx',
    'ts-node',
    'jiti',
    'java',
    'gtimeout',
    'strace',
    'ld-linux-x86-64.so.2',
  ])('%s', async (name) => {
    const { write, always, attempt, payload, ran, desk } = scene();
    const program = write(name, '#!/bin/sh\n. "$1"\n');
    const file = write('file', 'exit 0\n');
    expect(await always([program, file])).toBe(false);
    write('file', `${payload}\n`);
    expect(await attempt([program, file])).toBe(false);
    expect(ran()).toBe(false);
    expect(desk.asked.map(({ offered }) => offered)).toEqual([
      ['allow-once', 'deny'],
      ['allow-once', 'deny'],
    ]);
  });
});
