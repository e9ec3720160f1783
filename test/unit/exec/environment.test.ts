import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { childEnvironment } from '#core/exec/environment.ts';
import { execVectors } from '#support/exec-vectors.ts';

const path = '/usr/bin:/bin';

describe('variables a request asks for (S13)', () => {
  const vectors = execVectors(
    'env',
    z.object({ overrides: z.record(z.string(), z.string()) }),
    z.object({
      newRejectedBlocked: z.array(z.string()).optional(),
      kept: z.array(z.string()).optional(),
    }),
  );
  it.each(vectors)('refuses everything the recorded node refuses in $id', ({ input, expected }) => {
    const { delta, dropped } = childEnvironment({}, input.overrides, path);
    const kept = Object.keys(delta).map((name) => name.toUpperCase());
    for (const blocked of expected.newRejectedBlocked ?? []) expect(kept).not.toContain(blocked);
    if (expected.kept) expect(Object.keys(delta).sort()).toEqual(expected.kept);
    expect([...Object.keys(delta), ...dropped].sort()).toEqual(Object.keys(input.overrides).sort());
  });

  it('passes presentation settings on', () => {
    const wanted = {
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      LANG: 'de_CH.UTF-8',
      LC_ALL: 'C',
      LC_TIME: 'sr_RS@latin',
      TZ: 'Europe/Zurich',
      CI: 'true',
      COLUMNS: '120',
      LINES: '40',
    };
    const { env, delta, dropped } = childEnvironment({ TERM: 'dumb' }, wanted, path);
    expect({ ...delta }).toEqual(wanted);
    expect(dropped).toEqual([]);
    expect({ ...env }).toEqual({ ...wanted, PATH: path });
  });

  it.each([
    ['TZ', ':/etc/passwd'],
    ['TZ', '/etc/passwd'],
    ['TZ', '../../etc/passwd'],
    ['LANG', '../../tmp/evil'],
    ['LC_ALL', '/tmp/evil'],
    ['TERM', '../evil'],
    ['CI', '$(id)'],
    ['COLUMNS', '1\n2'],
    ['LANG', 'x'.repeat(65)],
  ])('drops %s=%j, which a library would follow', (name, value) => {
    expect(childEnvironment({}, { [name]: value }, path)).toMatchObject({
      delta: {},
      dropped: [name],
    });
  });

  it('lets no other name through in any spelling', () => {
    const allowed = new Set([
      ...['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'CI', 'COLUMNS', 'LINES', 'LANG', 'TZ'],
    ]);
    const spelled = fc
      .constantFrom('PATH', 'LD_PRELOAD', 'BASH_ENV', 'TERM', 'LANG', 'LC_ALL', 'NODE_OPTIONS')
      .chain((name) =>
        fc
          .tuple(
            fc.constantFrom('', ' ', '\t', '\u00A0', '\0'),
            fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }),
            fc.constantFrom('', ' ', '=', '\n', '()'),
          )
          .map(([before, lower, after]) => {
            const cased = [...name].map((c, i) => (lower[i] ? c.toLowerCase() : c)).join('');
            return `${before}${cased}${after}`;
          }),
      );
    const names = fc.oneof(spelled, fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (requested) => {
        const { env, delta } = childEnvironment({}, requested, path);
        for (const name of Object.keys(delta)) {
          expect(allowed.has(name) || /^LC_[A-Z]+$/.test(name)).toBe(true);
        }
        expect({ ...env }).toEqual({ ...delta, PATH: path });
      }),
      { numRuns: 400 },
    );
  });
});

describe('variables a child inherits (exec-ipc §3.6)', () => {
  const inheritedAs = (name: string, value = 'x') =>
    childEnvironment({ [name]: value }, {}, path).env[name];

  it.each(['HOME', 'USER', 'LANG', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'KUBECONFIG', 'XDG_CACHE_HOME'])(
    'passes %s on',
    (name) => {
      expect(inheritedAs(name)).toBe('x');
    },
  );

  it.each([
    ...['NODE_OPTIONS', 'BASH_ENV', 'SHELL', 'IFS', 'PS4', 'JAVA_TOOL_OPTIONS', 'GIT_DIR', 'CC'],
    ...['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DATABASE_URL', 'EDITOR', 'SSH_ASKPASS'],
    ...['DYLD_INSERT_LIBRARIES', 'LD_PRELOAD', 'BASH_FUNC_ls%%', 'bash_env', 'ld_preload'],
    ...['OPENCLAW_GATEWAY_TOKEN', 'ELECTRON_RUN_AS_NODE', 'npm_config_registry', 'PWD', 'SHLVL'],
  ])('keeps %s back', (name) => {
    expect(inheritedAs(name)).toBeUndefined();
  });

  it('replaces PATH in every spelling', () => {
    const { env } = childEnvironment({ PATH: '/evil', Path: '/evil' }, {}, path);
    expect({ ...env }).toEqual({ PATH: path });
  });

  it('narrows what git may fetch instead of widening it', () => {
    expect(inheritedAs('GIT_ALLOW_PROTOCOL', 'https:ext:file:ssh')).toBe('https:ssh');
    expect(inheritedAs('GIT_ALLOW_PROTOCOL', 'ext')).toBe('');
    expect(inheritedAs('GIT_PROTOCOL_FROM_USER', '1')).toBe('0');
  });

  it('treats names that are special to JavaScript like any other', () => {
    const hostile = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const { env, delta, dropped } = childEnvironment(hostile, hostile, path);
    expect(Object.keys(env).sort()).toEqual(['PATH', '__proto__', 'constructor']);
    expect(Object.keys(delta)).toEqual([]);
    expect(dropped).toEqual(['__proto__', 'constructor']);
  });
});
