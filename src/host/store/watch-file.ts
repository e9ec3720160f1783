import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Reports events of one file, also when it is replaced or removed, by watching its folder. Does not
 * keep the process alive. Returns the function that stops it.
 */
export function watchFile(
  path: string,
  on: { readonly event: () => void; readonly failed: (error: unknown) => void },
): () => void {
  const name = basename(path);
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) on.event();
    });
    watcher.on('error', on.failed);
    return () => watcher.close();
  } catch (error) {
    on.failed(error);
    return () => {};
  }
}
