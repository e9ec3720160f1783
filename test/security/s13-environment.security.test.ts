import { describe, expect, it } from 'vitest';
import { allowOnce, createExecBench } from '#support/exec-host.ts';
import { injectedEnvironment, injectedNames } from '#support/injected-environment.ts';

/** The real environment of a real child, in whatever order the kernel has it. */
async function environmentOf(env: Record<string, string>, baseEnv: Record<string, string> = {}) {
  const bench = createExecBench({ plan: { baseEnv } });
  bench.desk.answerWith(() => allowOnce);
  const result = await bench.run({ argv: ['/bin/cat', '/proc/self/environ'], env });
  if (!result.ok) throw new Error(result.error.message);
  return { text: result.payload.stdout, shown: bench.desk.asked[0]?.subject.env ?? {} };
}

describe('S13: the environment a request asks for', () => {
  it.each(injectedNames)('%j never reaches the command, in no spelling', async (name) => {
    const wanted = injectedEnvironment([name]);
    expect(Object.keys(wanted).length).toBeGreaterThan(3);
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
