import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A private temporary folder (real path), removed when the running test ends. */
export function tempDir(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'occ-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
