import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CompanionConfig } from '#core/config.ts';
import { searchPath } from '#core/exec/search-path.ts';

/** Where the facts come from; tests name another root. */
export interface SearchPathSources {
  readonly platform: string;
  readonly home: string;
  /** PATH of our own process. */
  readonly inherited: string;
  /** The user's setting. */
  readonly userSetting: readonly string[];
  /** Folder that holds `paths` and `paths.d`; `/etc` on a real machine. */
  readonly etc: string;
}

/** PATH of every command on this machine, as the user set it up. */
export function ownSearchPath(
  env: Readonly<Record<string, string | undefined>>,
  config: CompanionConfig,
): string {
  return readSearchPath({
    platform: process.platform,
    home: homedir(),
    inherited: env.PATH ?? '',
    userSetting: config.env.path?.split(':') ?? [],
    etc: '/etc',
  });
}

/** Reads the machine once, at start, and builds the PATH of every child. */
export function readSearchPath(sources: SearchPathSources): string {
  const { platform, home, inherited, userSetting, etc } = sources;
  const fnm = [join(home, '.local/share/fnm'), join(home, 'Library/Application Support/fnm')];
  return searchPath({
    platform,
    home,
    inherited,
    userSetting,
    exists: existsSync,
    versionBins: [
      ...fnm.flatMap((root) => versionBins(join(root, 'node-versions'), 'installation/bin')),
      ...versionBins(join(home, '.nvm/versions/node'), 'bin'),
    ],
    etcPaths: [
      textOf(join(etc, 'paths')),
      ...namesIn(join(etc, 'paths.d')).map((name) => textOf(join(etc, 'paths.d', name))),
    ],
  });
}

/** `bin` folders of installed versions, newest first. */
function versionBins(root: string, bin: string): readonly string[] {
  const newestFirst = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true });
  return namesIn(root)
    .toSorted(newestFirst)
    .map((version) => join(root, version, bin))
    .filter((folder) => existsSync(folder));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Most machines lack most of these folders.
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Same: an absent or unreadable list adds nothing.
    return '';
  }
}
