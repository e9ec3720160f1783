import type { PathProbe } from '#core/ports.ts';
import type { PathIdentity, PathKind, Sighting } from './types.ts';

/** What took an answer's meaning away between the answer and the run (S11, AP-11). */
export type Change =
  | {
      readonly kind: PathKind;
      /** Raw; where the person saw it, or where its name led to something else. */
      readonly path: string;
      readonly how: 'changed' | 'gone' | 'appeared';
    }
  | { readonly kind: 'rules' };

/**
 * The first thing that is no longer where it was or what it was, symlinks followed anew (S11); null
 * when all is the same. Waits in place, so that nothing of ours runs between this and the spawn.
 */
export function firstChange(sightings: readonly Sighting[], probe: PathProbe): Change | null {
  // One text may name a script many times.
  const looked = new Map<string, PathIdentity | null>();
  for (const { path, kind, found } of sightings) {
    const key = `${kind}\0${path}`;
    const known = looked.get(key);
    const now = known === undefined ? probe.lookNow(path, kind) : known;
    looked.set(key, now);
    if (found === null && now === null) continue;
    if (found === null) return { kind, path, how: 'appeared' };
    if (now === null) return { kind, path, how: 'gone' };
    if (isSame(kind, found, now)) continue;
    return { kind, path: now.path === found.path ? found.path : path, how: 'changed' };
  }
  return null;
}

/** Size and ctime of a folder change whenever something in it does, so they do not count. */
function isSame(kind: PathKind, before: PathIdentity, now: PathIdentity): boolean {
  const sameObject =
    now.path === before.path && now.device === before.device && now.inode === before.inode;
  if (kind === 'directory') return sameObject;
  const sameContent = now.sha256 === before.sha256;
  return sameObject && sameContent && now.size === before.size && now.ctimeNs === before.ctimeNs;
}
