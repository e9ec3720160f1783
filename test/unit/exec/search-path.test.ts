import { describe, expect, it } from 'vitest';
import { type SearchPathFacts, searchPath } from '#core/exec/search-path.ts';

const facts = (change: Partial<SearchPathFacts> = {}): SearchPathFacts => ({
  platform: 'darwin',
  home: '/Users/ada',
  exists: () => false,
  versionBins: [],
  etcPaths: [],
  userSetting: [],
  inherited: '',
  ...change,
});
const folders = (change: Partial<SearchPathFacts> = {}) => searchPath(facts(change)).split(':');

describe('searchPath', () => {
  it('has the system folders on a bare machine', () => {
    expect(folders()).toEqual(['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin']);
  });

  it('puts the setting first, then home, versions, system, /etc/paths and our own PATH', () => {
    const present = new Set(['/Users/ada/Library/pnpm', '/Users/ada/.volta/bin']);
    expect(
      folders({
        userSetting: ['/opt/tools'],
        exists: (folder) => present.has(folder),
        versionBins: ['/Users/ada/.nvm/versions/node/v24.1.0/bin'],
        etcPaths: ['/usr/local/bin\n/usr/sbin\n', '/Library/TeX/texbin\n'],
        inherited: '/usr/bin:/snap/bin',
      }),
    ).toEqual([
      '/opt/tools',
      '/Users/ada/Library/pnpm',
      '/Users/ada/.volta/bin',
      '/Users/ada/.nvm/versions/node/v24.1.0/bin',
      '/opt/homebrew/bin',
      '/usr/local/bin',
      '/usr/bin',
      '/bin',
      '/usr/sbin',
      '/Library/TeX/texbin',
      '/snap/bin',
    ]);
  });

  it.each(['', '.', 'bin', './bin', '../bin', '~/bin', '/work/../bin', '/a\0b'])(
    'drops the entry %j, which would depend on where we stand (S15)',
    (entry) => {
      expect(folders({ inherited: `${entry}:/snap/bin`, userSetting: [entry] })).toEqual([
        ...folders(),
        '/snap/bin',
      ]);
    },
  );

  it('drops what npm put there when it started us (S14)', () => {
    const inherited = '/work/app/node_modules/.bin:/work/node_modules/.bin:/snap/bin';
    expect(folders({ inherited })).toEqual([...folders(), '/snap/bin']);
  });
});
