import { lstatSync } from 'node:fs';

/** Changes with every write of a file and every replacement by another; null when none is there. */
export function fileIdentity(path: string): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    // Missing or out of reach: reading it says so properly.
    return null;
  }
}
