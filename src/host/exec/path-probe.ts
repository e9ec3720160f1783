import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { PathIdentity } from '#core/exec/types.ts';
import type { PathProbe } from '#core/ports.ts';

/** {@link PathProbe} over the file system. Anything that cannot be looked at counts as missing. */
export function createPathProbe(): PathProbe {
  return {
    directory: (path) => identify(path, 'directory'),
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

async function identify(path: string, kind: 'file' | 'directory'): Promise<PathIdentity | null> {
  try {
    const real = await realpath(path);
    const [info] = await Promise.all([stat(real, { bigint: true }), access(real, constants.X_OK)]);
    const matches = kind === 'file' ? info.isFile() : info.isDirectory();
    if (!matches) return null;
    return {
      path: real,
      device: String(info.dev),
      inode: String(info.ino),
      size: Number(info.size),
      mtimeNs: String(info.mtimeNs),
    };
  } catch {
    // Missing, unreadable, a loop, a NUL byte: for the caller there is nothing to run there.
    return null;
  }
}
