/** Where bare command names are looked up (exec-ipc §3.7, decisions "Environment"). */

export interface SearchPathFacts {
  readonly platform: string;
  readonly home: string;
  /** Whether a directory exists; asked for folders under the home directory only. */
  readonly exists: (directory: string) => boolean;
  /** `bin` folders of installed fnm and nvm versions, newest first. */
  readonly versionBins: readonly string[];
  /** Texts of `/etc/paths` and then of each file in `/etc/paths.d`, in name order. */
  readonly etcPaths: readonly string[];
  /** Folders the user set; they come first. */
  readonly userSetting: readonly string[];
  /** PATH of our own process. */
  readonly inherited: string;
}

const systemFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/bin'];

/**
 * The one PATH that both resolves names for policy and reaches the child, so that what was shown is
 * what runs (S15).
 */
export function searchPath(facts: SearchPathFacts): string {
  const { home } = facts;
  const homeFolders = [
    facts.platform === 'darwin' ? `${home}/Library/pnpm` : `${home}/.local/share/pnpm`,
    `${home}/.openclaw/bin`,
    `${home}/.openclaw/tools/node/bin`,
    `${home}/.volta/bin`,
    `${home}/.asdf/shims`,
  ].filter((folder) => facts.exists(folder));
  const listed = facts.etcPaths.flatMap((text) => text.split('\n')).map((line) => line.trim());
  const folders = [
    ...facts.userSetting,
    ...homeFolders,
    ...facts.versionBins,
    ...systemFolders,
    ...listed,
    ...facts.inherited.split(':'),
  ];
  return [...new Set(folders.filter(isTrustworthy))].join(':');
}

/**
 * Absolute, and free of what would make it depend on where we stand: an empty or relative entry is
 * the working folder (S15); a `node_modules` one comes from the `npm run` that started us (S14).
 */
function isTrustworthy(folder: string): boolean {
  if (!folder.startsWith('/') || /[:\n\0]/.test(folder)) return false;
  return !folder.split('/').some((part) => part === '..' || part === 'node_modules');
}
