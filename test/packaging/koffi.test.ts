import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { koffiPlatforms, release } from './configurations.ts';

/** Where a platform's package keeps its library, as the one installed here does. */
const libraryOf = (name: string): string =>
  `${name}/${name.replace(/^.*koffi-/, '').replace('-', '_')}/koffi.node`;

const matches = (patterns: readonly string[] | string, path: string): boolean =>
  picomatch([...[patterns].flat()], { dot: true })(path);

const exclusions = (patterns: readonly string[]): readonly string[] =>
  patterns.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : []));

describe('koffi, whose absence nobody would notice until a socket has to open', () => {
  it('has a package for every platform that is packaged', () => {
    expect(koffiPlatforms).toEqual(
      expect.arrayContaining(
        ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'].map(
          (platform) => `@koromix/koffi-${platform}`,
        ),
      ),
    );
  });

  it.each(koffiPlatforms)('%s is packaged, with its library outside the archive', (name) => {
    const path = `node_modules/${libraryOf(name)}`;
    expect(matches(exclusions(release.files), path)).toBe(false);
    expect(matches(release.asarUnpack, path)).toBe(true);
    expect(matches(release.asarUnpack, `node_modules/${name}/index.js`)).toBe(false);
  });

  it.each(koffiPlatforms)('%s lies beside the command-line programs too', (name) => {
    const packages = release.extraResources.find(({ from }) => from === 'node_modules');
    const filter = packages?.filter ?? [];
    expect(
      matches(
        filter.filter((one) => !one.startsWith('!')),
        libraryOf(name),
      ),
    ).toBe(true);
    expect(matches(exclusions(filter), libraryOf(name))).toBe(false);
  });

  it.each(koffiPlatforms.filter((name) => name.includes('darwin')))(
    '%s is not joined with the other one in a universal app',
    (name) => {
      const library = libraryOf(name);
      for (const folder of ['app.asar.unpacked/node_modules', 'cli/node_modules']) {
        expect(matches(release.mac.x64ArchFiles, `Contents/Resources/${folder}/${library}`)).toBe(
          true,
        );
      }
    },
  );

  it('is the only thing that is not joined', () => {
    for (const path of ['Contents/MacOS/OpenClaw Companion', 'Contents/Resources/x/other.node']) {
      expect(matches(release.mac.x64ArchFiles, path)).toBe(false);
    }
  });
});
