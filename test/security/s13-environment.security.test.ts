import { describe, expect, it } from 'vitest';
import { allowOnce, createExecBench } from '#support/exec-host.ts';

/** Every name of the row, the families spelled out. */
const injected = [
  ...['PATH', 'HOME', 'SHELL', 'BASH_ENV', 'ENV', 'ZDOTDIR', 'SHELLOPTS', 'PS4', 'IFS'],
  ...['DYLD_INSERT_LIBRARIES', 'DYLD_LIBRARY_PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT'],
  ...['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'PYTHONPATH', 'PYTHONSTARTUP', 'PYTHONHOME'],
  ...['PERL5OPT', 'RUBYOPT', 'GIT_SSH_COMMAND', 'GIT_DIR', 'GIT_CONFIG_COUNT', 'GIT_PAGER'],
  ...['SSH_ASKPASS', 'AWS_CONFIG_FILE', 'CC', 'PIP_INDEX_URL', 'npm_config_registry'],
  ...['BASH_FUNC_ls%%', 'OPENCLAW_GATEWAY_TOKEN', '__proto__', 'LC_ALL; id', 'TERM='],
  // A listed name in another spelling is another name.
  ...['term', 'Lang', 'LC_all', 'lc_ALL'],
];

const spellings = (name: string) => [
  name,
  name.toLowerCase(),
  name.charAt(0) + name.slice(1).toLowerCase(),
  ` ${name}`,
  `${name} `,
  `${name}\t`,
];

/** The real environment of a real child, in whatever order the kernel has it. */
async function environmentOf(env: Record<string, string>, baseEnv: Record<string, string> = {}) {
  const bench = createExecBench({ plan: { baseEnv } });
  bench.desk.answerWith(() => allowOnce);
  const result = await bench.run({ argv: ['/bin/cat', '/proc/self/environ'], env });
  if (!result.ok) throw new Error(result.error.message);
  return { text: result.payload.stdout, shown: bench.desk.asked[0]?.subject.env ?? {} };
}

describe('S13: the environment a request asks for', () => {
  it.each(injected)('%s never reaches the command, in no spelling', async (name) => {
    const wanted = Object.fromEntries(spellings(name).map((key) => [key, 'INJECTED']));
    const { text, shown } = await environmentOf(wanted, { HOME: '/root', LANG: 'C' });
    expect(text).not.toContain('INJECTED');
    expect(text.split('\0').filter(Boolean).sort()).toEqual([
      'HOME=/root',
      'LANG=C',
      'PATH=/usr/bin:/bin',
    ]);
    expect(Object.keys(shown)).toEqual([]);
  });

  it('reaches the command only by the short list, and a person sees it', async () => {
    const { text, shown } = await environmentOf({ TERM: 'xterm', LC_ALL: 'C', FOO: '1' });
    expect(text.split('\0').filter(Boolean).sort()).toEqual([
      'LC_ALL=C',
      'PATH=/usr/bin:/bin',
      'TERM=xterm',
    ]);
    expect({ ...shown }).toEqual({ TERM: 'xterm', LC_ALL: 'C' });
  });

  it('carries none of our own secrets and switches to the command', async () => {
    const { text } = await environmentOf(
      {},
      {
        OPENCLAW_GATEWAY_TOKEN: 'SECRET',
        OPENCLAW_COMPANION_TEST: 'SECRET',
        GITHUB_TOKEN: 'SECRET',
        AWS_SECRET_ACCESS_KEY: 'SECRET',
        ELECTRON_RUN_AS_NODE: 'SECRET',
        NODE_OPTIONS: 'SECRET',
        LD_PRELOAD: 'SECRET',
        PATH: 'SECRET',
      },
    );
    expect(text).not.toContain('SECRET');
  });

  it('is asked about again when it differs, also under a stored rule', async () => {
    const { run, desk } = createExecBench();
    const allow = { ...allowOnce, kind: 'allowed', decision: 'allow-always' } as const;
    desk.answerWith(() => ({ ...allow, by: { surface: 'terminal', who: null } }));
    await run({ argv: ['/bin/true'] });
    await run({ argv: ['/bin/true'] });
    expect(desk.asked).toHaveLength(1);
    await run({ argv: ['/bin/true'], env: { TERM: 'xterm' } });
    expect(desk.asked).toHaveLength(2);
  });
});
