import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrayShape } from '#core/desktop/tray-state.ts';
import { followProgram, type ReadyLine } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { packageJson, release, releaseFile, root, withDependencies } from './configurations.ts';
import { fusesOf, releaseFuses } from './fuses.ts';
import { pack, packLimitMs } from './pack.ts';
import { startPacked } from './start-packed.ts';

let app: string;
let archive: string;
/** In the archive, folders aside. */
let files: readonly string[];
const inArchive = (start: string): readonly string[] =>
  files.filter((path) => path.startsWith(start));

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'occ-packed-')));
beforeAll(async () => {
  app = await pack({ folder, platform: 'linux', file: releaseFile });
  archive = join(app, 'resources', 'app.asar');
  files = listPackage(archive, { isPack: false })
    .map((path) => path.slice(1))
    .filter((path) => !('files' in statFile(archive, path)));
}, packLimitMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files below a folder, without the maps that lead back to the sources. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Packages that a bundle leaves for the runtime to find. */
function packagesOf(bundle: string): readonly string[] {
  const imports = bundle.matchAll(/(?:\bfrom |\bimport |\bimport\(|\brequire\()"([^"./][^"]*)"/g);
  const names = [...imports].map(([, from = '']) => /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from);
  return [...new Set(names)].filter((name) => name !== 'electron' && !isBuiltin(name));
}

/** Packages in a list of paths below `node_modules`. */
const namesIn = (paths: readonly string[]): ReadonlySet<string> =>
  new Set(paths.map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));

const withoutPlatforms = (names: ReadonlySet<string>): readonly string[] =>
  [...names].filter((name) => !name.startsWith('@koromix/koffi-')).sort();

describe('the archive', () => {
  it('holds the built app, its icons and its packages, and nothing else', () => {
    const own = files.filter((path) => !path.startsWith('node_modules/'));
    const built = ['main', 'preload', 'renderer'].flatMap((part) =>
      filesBelow(join(root, 'out', part)).map((path) => `out/${part}/${path}`),
    );
    const icons = filesBelow(join(root, 'build/icons'))
      .filter((path) => path.endsWith('.png'))
      .map((path) => `build/icons/${path}`);
    expect(own.toSorted()).toEqual([...built, ...icons, 'LICENSE', 'package.json'].sort());
  });

  it('holds no source, no test, no document and no map, of packages neither', () => {
    expect(files.filter((path) => /\.(map|tsx?|cc|hh)$/.test(path))).toEqual([]);
    expect(files.filter((path) => /(^|\/)(test|tests|docs?)\//.test(path))).toEqual([]);
  });

  it('holds the entry point that package.json names, as a module', () => {
    const packed = JSON.parse(extractFile(archive, 'package.json').toString()) as object;
    expect(packed).toMatchObject({
      main: 'out/main/index.mjs',
      type: 'module',
      productName: 'OpenClaw Companion',
      desktopName: 'ai.openclaw.companion.desktop',
    });
    expect(packageJson.main).toBe('out/main/index.mjs');
    expect(files).toContain(packageJson.main);
    expect(packed).not.toHaveProperty('scripts');
    expect(packed).not.toHaveProperty('devDependencies');
  });

  it('holds exactly the packages that the app imports, and what those need', () => {
    const imported = packagesOf(readFileSync(join(root, packageJson.main), 'utf8'));
    expect(imported).toContain('koffi');
    expect(Object.keys(packageJson.dependencies)).toEqual(expect.arrayContaining([...imported]));
    const packed = namesIn(inArchive('node_modules/').map((path) => path.slice(13)));
    expect(withoutPlatforms(packed)).toEqual([...withDependencies(imported)].sort());
  });

  it('leaves outside only the libraries of koffi, and they are there', () => {
    const outside = files.filter((path) => 'unpacked' in statFile(archive, path));
    expect(outside.length).toBeGreaterThan(0);
    for (const path of outside) {
      expect(path).toMatch(/^node_modules\/@koromix\/koffi-[^/]+\/[^/]+\/koffi\.node$/);
      expect(existsSync(join(`${archive}.unpacked`, path))).toBe(true);
    }
    expect(filesBelow(`${archive}.unpacked`).toSorted()).toEqual(outside.toSorted());
  });
});

describe('the icons', () => {
  const shapes: Readonly<Record<TrayShape, true>> = {
    idle: true,
    working: true,
    paused: true,
    attention: true,
    waiting: true,
  };
  const icons = Object.keys(shapes).flatMap((shape) => [
    [`trayTemplate-${shape}.png`, 16],
    [`trayTemplate-${shape}@2x.png`, 32],
    [`tray-${shape}.png`, 24],
    [`tray-${shape}@2x.png`, 48],
  ]) as [string, number][];

  it.each([...icons, ['app.png', 512] as [string, number]])(
    '%s is %i pixels wide and high',
    (name, size) => {
      const png = extractFile(archive, `build/icons/${name}`);
      expect(png.toString('latin1', 1, 4)).toBe('PNG');
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
    },
  );
});

describe('the programs', () => {
  const cli = () => join(app, 'resources', 'cli');

  it('the command-line programs that package.json names lie beside the archive', () => {
    const names = Object.values(packageJson.bin).map((path) => path.replace('out/cli/', ''));
    expect(names.length).toBeGreaterThan(0);
    expect(filesBelow(cli())).toEqual(expect.arrayContaining(names));
    const own = filesBelow(cli()).filter((path) => !path.startsWith('node_modules/'));
    expect(own.toSorted()).toEqual(filesBelow(join(root, 'out/cli')).toSorted());
  });

  it('what they import lies beside them, but for the notifier with its unsigned helpers', () => {
    const bundles = filesBelow(cli()).filter((path) => /^[^/]*(shared\/[^/]*)?\.mjs$/.test(path));
    const imported = bundles.flatMap((path) => packagesOf(readFileSync(join(cli(), path), 'utf8')));
    expect(imported).toContain('koffi');
    const expected = withDependencies(imported.filter((name) => name !== 'node-notifier'));
    const packages = namesIn(filesBelow(join(cli(), 'node_modules')));
    expect(withoutPlatforms(packages)).toEqual([...expected].sort());
    expect([...packages].some((name) => name.startsWith('@koromix/koffi-'))).toBe(true);
  });

  it('the headless companion starts from where it was packed', async () => {
    const stateDir = tempDir();
    const program = join(cli(), 'openclaw-companion.mjs');
    const args = ['--headless', '--port', '0', '--json', '--state-dir', stateDir];
    const running = followProgram('companion', [process.execPath, program, ...args], { stateDir });
    const ready = await running.line<ReadyLine>(({ event }) => event === 'ready');
    expect(existsSync(ready.execSocket)).toBe(true);
    expect(await running.stop()).toBe(0);
  });

  it('the app starts from what is in the archive, as the release that it is (D1)', async () => {
    const packed = await startPacked(archive);
    expect(existsSync(packed.trayIcon ?? '')).toBe(true);
    expect(readdirSync(packed.stateDir)).toContain('desktop');
    expect(await packed.about()).toMatchObject({ value: { bundleId: release.appId } });
  });

  it('ES-15: has its fuses blown, and the one that nobody sets as Electron delivers it', async () => {
    const program = join(app, 'openclaw-companion-desktop');
    expect(await fusesOf(program)).toEqual(releaseFuses);
    expect(readFileSync(program).at(-1)).toBe('1'.charCodeAt(0));
  });
});
