import { isCarrier } from '#core/policy/carriers.ts';
import type { PathProbe } from '#core/ports.ts';
import type { PathIdentity, PathKind, Sighting } from './types.ts';

/** What a request was found to mean on this disk; `null` = there is no such thing. */
export interface Surroundings {
  readonly cwd: PathIdentity | null;
  readonly executable: PathIdentity | null;
  /** Everything looked at, what was not there included. */
  readonly sightings: readonly Sighting[];
}

/** Finds the folder, the program and its scripts, the way the kernel will walk to them. */
export async function lookAround(
  argv: readonly [string, ...string[]],
  folder: string,
  searchPath: string,
  probe: PathProbe,
): Promise<Surroundings> {
  // A relative folder would depend on where the companion happens to stand.
  if (!folder.startsWith('/')) return { cwd: null, executable: null, sightings: [] };
  const look = async (path: string, kind: PathKind): Promise<Sighting> => ({
    path,
    kind,
    found: await probe.look(path, kind),
  });
  // An absolute program needs no folder, so both are looked up at once.
  const [there, absolute] = await Promise.all([
    look(folder, 'directory'),
    argv[0].startsWith('/') ? look(argv[0], 'program') : null,
  ]);
  const cwd = there.found;
  if (cwd === null) return { cwd, executable: null, sightings: [there] };
  const tried = absolute ? [absolute] : [];
  for (const path of absolute ? [] : places(argv[0], cwd.path, searchPath)) {
    const sighting = await look(path, 'program');
    tried.push(sighting);
    if (sighting.found !== null) break;
  }
  const executable = tried.at(-1)?.found ?? null;
  const names = executable === null ? [] : scriptPaths(argv, executable, cwd);
  const scripts = await Promise.all(names.map((path) => look(path, 'file')));
  return { cwd, executable, sightings: [there, ...tried, ...scripts] };
}

/** Joined as text: resolving `..` here would skip the symlink before it, the kernel does not. */
function places(name: string, cwd: string, searchPath: string): readonly string[] {
  if (name === '') return [];
  if (name.includes('/')) return [`${cwd}/${name}`];
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => `${folder}/${name}`);
}

/**
 * What the arguments of a program that runs what they say point to: who approves `python3 a.py`
 * approves that file (S11). A script they do not name as such (`-ffile`, a shell text) stays unseen.
 */
function scriptPaths(
  argv: readonly [string, ...string[]],
  executable: PathIdentity,
  cwd: PathIdentity,
): readonly string[] {
  if (!isCarrier(executable.path) && !isCarrier(argv[0])) return [];
  return argv.slice(1).map((name) => (name.startsWith('/') ? name : `${cwd.path}/${name}`));
}

/**
 * Whether everything is still where it was and what it was, symlinks followed anew (S11). Waits in
 * place, so that nothing of ours runs between this and the spawn.
 */
export function sameAsNow(sightings: readonly Sighting[], probe: PathProbe): boolean {
  return sightings.every(({ path, kind, found }) => {
    const now = probe.lookNow(path, kind);
    if (found === null || now === null) return found === now;
    return isSame(kind, found, now);
  });
}

/** Size and ctime of a folder change whenever something in it does, so they do not count. */
function isSame(kind: PathKind, before: PathIdentity, now: PathIdentity): boolean {
  const sameObject =
    now.path === before.path && now.device === before.device && now.inode === before.inode;
  if (kind === 'directory') return sameObject;
  return sameObject && now.size === before.size && now.ctimeNs === before.ctimeNs;
}
