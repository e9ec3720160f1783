import { isCarrier } from '#core/policy/carriers.ts';
import type { PathProbe } from '#core/ports.ts';
import type { PathIdentity, PathKind, PlanSegment, Sighting } from './types.ts';

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
  const { executable, sightings: tried } = absolute
    ? { executable: absolute.found, sightings: [absolute] }
    : await lookUpProgram(argv[0], cwd, searchPath, probe);
  const scripts =
    executable === null ? [] : await lookUpScripts([{ argv, executable }], cwd, probe);
  return { cwd, executable, sightings: [there, ...tried, ...scripts] };
}

/** The scripts that programs are given to run, as far as their arguments name them (S11). */
export async function lookUpScripts(
  segments: readonly PlanSegment[],
  cwd: PathIdentity,
  probe: PathProbe,
): Promise<readonly Sighting[]> {
  const first = new Set(segments.slice(0, 1).flatMap((segment) => scriptPaths(segment, cwd)));
  const paths = new Set(segments.flatMap((segment) => scriptPaths(segment, cwd)));
  return await Promise.all(
    [...paths].slice(0, maxScripts).map(async (path): Promise<Sighting> => {
      const found = await probe.look(path, 'script');
      return { path, kind: 'script', found, ...(first.has(path) ? {} : { mayChange: true }) };
    }),
  );
}

/** The program a bare or relative name means in a folder, and what was looked at to find it. */
export async function lookUpProgram(
  name: string,
  cwd: PathIdentity,
  searchPath: string,
  probe: PathProbe,
): Promise<{ readonly executable: PathIdentity | null; readonly sightings: readonly Sighting[] }> {
  const sightings: Sighting[] = [];
  for (const path of places(name, cwd.path, searchPath)) {
    const found = await probe.look(path, 'program');
    sightings.push({ path, kind: 'program', found });
    if (found !== null) return { executable: found, sightings };
  }
  return { executable: null, sightings };
}

/** Joined as text: resolving `..` here would skip the symlink before it, the kernel does not. */
function places(name: string, cwd: string, searchPath: string): readonly string[] {
  if (name === '') return [];
  if (name.startsWith('/')) return [name];
  if (name.includes('/')) return [`${cwd}/${name}`];
  const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => `${folder}/${name}`);
}

/** Each is read twice, the second time right before the spawn. */
const maxScripts = 32;

/**
 * What the arguments of a program that runs what they say point to: who approves `python3 a.py`
 * approves that file (S11). A script they do not name as such (`-ffile`, a shell text) stays unseen.
 */
function scriptPaths({ argv, executable }: PlanSegment, cwd: PathIdentity): readonly string[] {
  if (!isCarrier(executable.path) && !isCarrier(argv[0])) return [];
  return argv.slice(1).map((name) => (name.startsWith('/') ? name : `${cwd.path}/${name}`));
}
