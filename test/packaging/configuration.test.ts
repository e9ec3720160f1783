import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { flavourOf } from '#main/flavour.ts';
import {
  debug,
  debugFile,
  packageJson,
  readJson,
  release,
  releaseFile,
  settingsOf,
} from './configurations.ts';
import { releaseFuses } from './fuses.ts';

interface Schema {
  readonly definitions: {
    readonly FuseOptionsV1: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const schema = readJson('node_modules/app-builder-lib/scheme.json') as Schema;

describe('the configuration of electron-builder', () => {
  it.each([
    [releaseFile, release],
    [debugFile, debug],
  ])('%s fits the schema of the electron-builder that is installed', (_, configuration) => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    validate(configuration);
    expect(validate.errors).toBeNull();
  });

  it('packs the Electron that is pinned and installed, and no other', () => {
    const { version } = readJson('node_modules/electron/package.json') as { version: string };
    expect(packageJson.devDependencies.electron).toBe(version);
    for (const configuration of [release, debug]) {
      for (const setting of ['electronVersion', 'electronDist', 'electronDownload']) {
        expect(configuration).not.toHaveProperty(setting);
      }
    }
  });

  it('publishes nothing, and nothing stands in package.json instead', () => {
    const settings = [...settingsOf(release), ...settingsOf(debug)];
    expect(settings.filter((path) => /publish|updat/i.test(path))).toEqual([]);
    expect(packageJson).not.toHaveProperty('build');
  });

  it('makes a disk image and an archive for macOS, an AppImage and a Debian package for Linux', () => {
    expect(release.mac.target).toEqual([
      { target: 'dmg', arch: 'universal' },
      { target: 'zip', arch: 'universal' },
    ]);
    expect(release.linux.target).toEqual(['AppImage', 'deb']);
  });
});

describe('ES-15: the fuses', () => {
  it.each(Object.entries(releaseFuses))('%s is %s in the release', (fuse, value) => {
    expect(release.electronFuses[fuse]).toBe(value);
  });

  it('are all that electron-builder can set, each with a value', () => {
    // Not a fuse: signs anew what fuses broke, which electron-builder does anyway.
    const { resetAdHocDarwinSignature, ...fuses } = schema.definitions.FuseOptionsV1.properties;
    expect(resetAdHocDarwinSignature).toBeDefined();
    expect(Object.keys(release.electronFuses).sort()).toEqual(Object.keys(fuses).sort());
    expect(Object.keys(releaseFuses).sort()).toEqual(Object.keys(fuses).sort());
  });

  it('can be set because the app is in one archive', () => {
    expect(release).toMatchObject({ asar: { smartUnpack: false } });
  });
});

describe('D1: release and debug', () => {
  it('ES-15: differ in their names, and in the one fuse that a test needs', () => {
    expect(settingsOf(debug)).toEqual([
      'extends',
      'appId',
      'productName',
      'extraMetadata.name',
      'extraMetadata.productName',
      'extraMetadata.desktopName',
      'directories.output',
      'electronFuses.enableNodeCliInspectArguments',
      'linux.executableName',
    ]);
    expect(debug).toMatchObject({
      extends: releaseFile,
      electronFuses: { enableNodeCliInspectArguments: true },
    });
  });

  it.each([
    ['release', release],
    ['debug', debug],
  ])('the %s is what the running app takes itself for', (_, configuration) => {
    const { appId, productName, extraMetadata } = configuration;
    expect(extraMetadata.productName).toBe(productName);
    expect(flavourOf({ isPackaged: true, name: productName })).toMatchObject({
      bundleId: appId,
      name: productName,
    });
    expect(extraMetadata.desktopName).toBe(`${appId}.desktop`);
  });

  it('a copy that was not packaged is a debug copy, whatever its name', () => {
    expect(flavourOf({ isPackaged: false, name: release.productName })).toEqual(
      flavourOf({ isPackaged: true, name: debug.productName }),
    );
  });
});
