import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRuleIndex } from '#core/policy/rule-index.ts';
import { safeBin } from '#core/policy/safe-bins.ts';
import { execVectors } from '#support/exec-vectors.ts';
import { fakeHasher } from '#support/fakes.ts';
import { policyRule } from '#support/policy-fixtures.ts';

const globs = execVectors(
  'allowlist-match',
  z.object({
    entry: z.object({ pattern: z.string() }),
    resolution: z.object({
      rawExecutable: z.string(),
      resolvedPath: z.string().optional(),
      executableName: z.string(),
    }),
  }),
  z.object({ febNodeHost: z.boolean(), newNodeHost: z.boolean() }),
);

/** Where FEB matched and we do not, or the other way round, and what settled it. */
const apartFromFeb: Readonly<Record<string, string>> = {
  'glob-basename': 'D9, exec-ipc §5.1: a bare name speaks of programs called by name',
  'glob-path-upper': 'D9: rules match real paths, case-sensitively',
  'glob-basename-glob': 'D9, exec-ipc §5.1: a bare name speaks of programs called by name',
  'glob-bare-star': 'D9, exec-ipc §5.1: "*" alone stands for every program',
  'glob-brackets-literal': 'D9, exec-ipc §5.1: brackets are no metacharacters',
};

describe('exec-ipc vectors, group allowlist-match', () => {
  const matches = ({ entry, resolution }: (typeof globs)[number]['input']): boolean => {
    const { rawExecutable, resolvedPath } = resolution;
    const index = createRuleIndex([policyRule(entry)], { hasher: fakeHasher, home: '/home/ada' });
    const asked = {
      argv: [rawExecutable] as const,
      // What cannot be resolved has no real path, and so no plan; a relative one stands for it.
      executable: resolvedPath ?? rawExecutable,
      cwd: '/',
      byName: !rawExecutable.includes('/'),
      contentSha256: null,
    };
    return index.find(asked, 0).rule !== null;
  };

  it.each(globs)('$id: as NEW', ({ input, expected }) => {
    expect(matches(input)).toBe(expected.newNodeHost);
  });

  it('D9: differs from FEB exactly where a decision says so', () => {
    const differing = globs.filter(
      ({ input, expected }) => matches(input) !== expected.febNodeHost,
    );
    expect(differing.map(({ id }) => id).sort()).toEqual(Object.keys(apartFromFeb).sort());
  });
});

const all = execVectors(
  'safe-bins',
  z.object({ argv: z.tuple([z.string()], z.string()).optional() }),
  z.union([
    z.object({ febSafe: z.boolean(), newInDefaultList: z.boolean(), newArgvValid: z.boolean() }),
    z.object({ feb: z.array(z.string()), new: z.array(z.string()) }),
  ]),
);

describe('exec-ipc vectors, group safe-bins', () => {
  const optIn = new Set(['grep', 'sort', 'jq']);
  const ask = (argv: readonly [string, ...string[]], extra?: ReadonlySet<string>): boolean =>
    safeBin(
      { argv, executable: `/usr/bin/${argv[0]}`, cwd: '/', byName: true, contentSha256: null },
      extra,
    ).ok;

  const calls = all.flatMap(({ id, input: { argv }, expected }) =>
    argv !== undefined && 'febSafe' in expected ? [{ id, argv, ...expected }] : [],
  );

  it.each(calls)('$id: as NEW', ({ argv, newArgvValid, newInDefaultList }) => {
    expect(ask(argv, optIn)).toBe(newArgvValid);
    expect(ask(argv)).toBe(newInDefaultList && newArgvValid);
  });

  it('S10, exec-ipc §5.6: of what FEB called safe, only standard input filters stay so', () => {
    const narrower = calls.filter(({ argv, febSafe }) => febSafe && !ask(argv));
    expect(narrower.map(({ id }) => id)).toEqual([
      'safe-jq-filter',
      'safe-grep-pattern',
      'safe-grep-e',
      'safe-grep-r',
      'safe-tail-f',
      'safe-head-glob',
    ]);
    expect(calls.filter(({ argv, febSafe }) => !febSafe && ask(argv))).toEqual([]);
  });

  it('safe-default-list: the list of NEW', () => {
    const lists = all.flatMap(({ expected }) => ('feb' in expected ? [expected] : []));
    const harmless = (name: string) => (name === 'tr' ? ([name, 'a'] as const) : ([name] as const));
    for (const { feb, new: expected } of lists) {
      const safe = [...new Set([...feb, ...expected])].filter((name) => ask(harmless(name)));
      expect(safe.sort()).toEqual(expected);
    }
    expect(lists).toHaveLength(1);
    expect(calls).toHaveLength(all.length - 1);
  });
});
