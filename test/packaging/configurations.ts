import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What is packaged, and how: the files these tests are about. */

export const root = fileURLToPath(new URL('../../', import.meta.url));

export const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Of electron-builder's configuration, what a test looks at by name. */
interface Configuration {
  readonly appId: string;
  readonly productName: string;
  readonly extraMetadata: Readonly<Record<string, string>>;
  readonly electronFuses: Readonly<Record<string, boolean>>;
}

interface ReleaseConfiguration extends Configuration {
  readonly files: readonly string[];
  readonly asarUnpack: readonly string[];
  readonly extraResources: readonly {
    readonly from: string;
    readonly to: string;
    readonly filter: readonly string[];
  }[];
  readonly mac: {
    readonly entitlements: string;
    readonly entitlementsInherit: string;
    readonly hardenedRuntime: boolean;
    readonly minimumSystemVersion: string;
    readonly target: readonly { readonly target: string; readonly arch: string }[];
    readonly x64ArchFiles: string;
    readonly extendInfo: Readonly<Record<string, string | boolean>>;
  };
  readonly linux: { readonly target: readonly string[] };
}

const read = (file: string): unknown => parse(readFileSync(join(root, file), 'utf8'));

export const releaseFile = 'electron-builder.yml';
export const debugFile = 'electron-builder.debug.yml';
export const release = read(releaseFile) as ReleaseConfiguration;
/** Only what it changes in the release. */
export const debug = read(debugFile) as Configuration;

/** Every setting as its path, such as `mac.hardenedRuntime`; a list is one setting. */
export function settingsOf(value: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path.join('.')];
  return Object.entries(value).flatMap(([key, inner]) => settingsOf(inner, [...path, key]));
}

interface PackageJson {
  readonly main: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export const packageJson = readJson('package.json') as PackageJson;

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = readJson('package-lock.json') as { packages: Readonly<Record<string, LockEntry>> };

/** koffi's libraries, one package for each platform. */
export const koffiPlatforms: readonly string[] = Object.keys(
  lock.packages['node_modules/koffi']?.optionalDependencies ?? {},
);

/** The packages and all that they need, koffi's platforms aside. */
export function withDependencies(names: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>(names);
  for (const name of all) {
    const needed = lock.packages[`node_modules/${name}`]?.dependencies ?? {};
    for (const one of Object.keys(needed)) all.add(one);
  }
  return all;
}
