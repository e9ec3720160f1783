import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { PathIdentity } from '#core/exec/types.ts';
import type { PathProbe } from '#core/ports.ts';

/** {@link PathProbe} over the file system. Anything that cannot be looked at counts as missing. */
export function createPathProbe(): PathProbe {
  return {
    directory: (path) => identify(path, 'directory'),
    file: (path) => identify(path, 'script'),
    async executable(nameOrPath, cwd, searchPath) {
      // Joined as text: resolving `..` here would skip the symlink before it, the kernel does not.
      if (isAbsolute(nameOrPath)) return await identify(nameOrPath, 'file');
      if (nameOrPath.includes('/')) return await identify(`${cwd}/${nameOrPath}`, 'file');
      if (nameOrPath === '') return null;
      for (const folder of searchPath.split(':').filter(isAbsolute)) {
        const found = await identify(join(folder, nameOrPath), 'file');
        if (found !== null) return found;
      }
      return null;
    },
  };
}

/** A `script` is a file that need not be executable. */
async function identify(
  path: string,
  kind: 'file' | 'directory' | 'script',
): Promise<PathIdentity | null> {
  try {
    const real = await realpath(path);
    const mode = kind === 'script' ? constants.F_OK : constants.X_OK;
    const [info] = await Promise.all([stat(real, { bigint: true }), access(real, mode)]);
    const matches = kind === 'directory' ? info.isDirectory() : info.isFile();
    if (!matches) return null;
    return {
      path: real,
      device: String(info.dev),
      inode: String(info.ino),
      size: Number(info.size),
      ctimeNs: String(info.ctimeNs),
    };
  } catch {
    // Missing, unreadable, a loop, a NUL byte: for the caller there is nothing to run there.
    return null;
  }
}
