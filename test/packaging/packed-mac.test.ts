import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'plist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debug, debugFile, release } from './configurations.ts';
import { fusesOf, releaseFuses } from './fuses.ts';
import { pack, packLimitMs } from './pack.ts';
import { startPacked } from './start-packed.ts';

/** The debug flavour: whatever it does not change itself is the release's. */
let bundle: string;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'occ-packed-')));
beforeAll(async () => {
  bundle = await pack({ folder, platform: 'mac', file: debugFile });
}, packLimitMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const infoOf = (contents: string): unknown =>
  parse(readFileSync(join(contents, 'Info.plist'), 'utf8'));

describe('the bundle for macOS', () => {
  it('D1: is the flavour it says, and says everything that the release says', () => {
    expect(infoOf(join(bundle, 'Contents'))).toMatchObject({
      ...release.mac.extendInfo,
      CFBundleIdentifier: debug.appId,
      CFBundleName: debug.productName,
      LSMinimumSystemVersion: '13.0',
      LSApplicationCategoryType: 'public.app-category.developer-tools',
      CFBundleURLTypes: [{ CFBundleURLSchemes: ['openclaw-companion'] }],
    });
  });

  it('D1: names its helpers after itself, so that no permission is mixed up', () => {
    const frameworks = join(bundle, 'Contents/Frameworks');
    const ids = readdirSync(frameworks)
      .filter((name) => name.endsWith('.app'))
      .map((name) => (infoOf(join(frameworks, name, 'Contents')) as Info).CFBundleIdentifier);
    expect(ids).toHaveLength(4);
    for (const id of ids) expect(id.startsWith(`${debug.appId}.helper`)).toBe(true);
  });

  it('ES-15: carries the digest of its archive, without which the fuse checks nothing', () => {
    expect(infoOf(join(bundle, 'Contents'))).toMatchObject({
      ElectronAsarIntegrity: {
        'Resources/app.asar': {
          algorithm: 'SHA256',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        },
      },
    });
  });

  it('ES-15: has the fuses of the release, but for the one that lets a test drive it', async () => {
    expect(await fusesOf(bundle)).toEqual({ ...releaseFuses, enableNodeCliInspectArguments: true });
  });

  it('D1: takes itself for the debug flavour, with a lock and a login item of its own', async () => {
    const packed = await startPacked(join(bundle, 'Contents/Resources/app.asar'));
    expect(readdirSync(packed.stateDir)).toContain('desktop-debug');
    expect(await packed.about()).toMatchObject({
      value: { bundleId: debug.appId, name: debug.productName },
    });
  });

  it('carries the command-line programs under Resources', () => {
    expect(existsSync(join(bundle, 'Contents/Resources/cli/openclaw-mac.mjs'))).toBe(true);
  });
});

interface Info {
  readonly CFBundleIdentifier: string;
}
