import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as Manifest;
const pinned = manifest.devDependencies?.electron ?? '';

/** Those that got security fixes on 2026-11-21. Look again with every update, monthly. */
const supportedMajors = [43, 44, 45];

test('ES-12: Electron is pinned to one version, and that one is installed', () => {
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
  expect(manifest.dependencies).not.toHaveProperty('electron');
  const { packages } = read('package-lock.json') as { packages: Record<string, Manifest> };
  expect(packages['']?.devDependencies?.electron).toBe(pinned);
  expect(packages['node_modules/electron']?.version).toBe(pinned);
  expect((read('node_modules/electron/package.json') as Manifest).version).toBe(pinned);
});

test('ES-12: it is one of the three newest majors, the only ones that are mended', () => {
  expect(supportedMajors).toContain(Number(pinned.split('.')[0]));
});
