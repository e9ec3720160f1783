import { accessSync, type BigIntStats, constants, realpathSync, statSync } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import type { PathIdentity, PathKind } from '#core/exec/types.ts';
import type { PathProbe } from '#core/ports.ts';

/** {@link PathProbe} over the file system. Anything that cannot be looked at counts as missing. */
export function createPathProbe(): PathProbe {
  return {
    async look(path, kind) {
      try {
        // At once: what changes between them is seen by the look before the spawn.
        const [real, info] = await Promise.all([
          realpath(path),
          stat(path, { bigint: true }),
          access(path, accessModes[kind]),
        ]);
        return identity(real, info, kind);
      } catch {
        return nothingThere;
      }
    },
    lookNow(path, kind) {
      try {
        const real = realpathSync.native(path);
        accessSync(real, accessModes[kind]);
        return identity(real, statSync(real, { bigint: true }), kind);
      } catch {
        return nothingThere;
      }
    },
  };
}

const accessModes = {
  directory: constants.X_OK,
  program: constants.X_OK,
  file: constants.F_OK,
} as const satisfies Record<PathKind, number>;

/** Missing, unreadable, a loop, a NUL byte: for the caller there is nothing to run there. */
const nothingThere = null;

function identity(path: string, info: BigIntStats, kind: PathKind): PathIdentity | null {
  const matches = kind === 'directory' ? info.isDirectory() : info.isFile();
  if (!matches) return null;
  return {
    path,
    device: String(info.dev),
    inode: String(info.ino),
    size: Number(info.size),
    ctimeNs: String(info.ctimeNs),
  };
}
