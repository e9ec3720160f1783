import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Room → rooms it may import from, itself aside (docs/CONTRIBUTING.md). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ['protocol'],
  host: ['protocol', 'core'],
  cli: ['protocol', 'core', 'host'],
  ipc: ['protocol'],
  main: ['protocol', 'core', 'host', 'ipc'],
  preload: ['ipc'],
  renderer: ['ipc'],
};

/** Rooms that must run anywhere: no Node built-ins. */
const pure = new Set(['protocol', 'core', 'ipc', 'preload', 'renderer']);

/** Rooms that know Electron. */
const desktop = new Set(['main', 'preload']);

interface Import {
  readonly file: string;
  readonly room: string;
  readonly from: string;
}

const imports: Import[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) =>
    [...readFileSync(src + file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((hit) => ({
      file,
      room: file.split('/')[0] ?? '',
      from: hit[1] ?? '',
    })),
  );

test('every source file lives in a known room', () => {
  expect(
    [...new Set(imports.map((one) => one.room))].filter((room) => !(room in mayImport)),
  ).toEqual([]);
  expect(imports.length).toBeGreaterThan(50);
});

test('imports point only along the direction protocol ← core ← host ← cli and main, ipc ← pages', () => {
  const wrong = imports.filter((one) => {
    const room = /^#([^/]+)\//.exec(one.from)?.[1];
    return room !== undefined && room !== one.room && !mayImport[one.room]?.includes(room);
  });
  expect(wrong).toEqual([]);
});

test('relative imports stay inside their room', () => {
  const wrong = imports.filter((one) => {
    if (!one.from.startsWith('.') || one.from.endsWith('/package.json')) return false;
    const target = new URL(one.from, `file:///${one.file}`).pathname.split('/')[1];
    return target !== one.room;
  });
  expect(wrong).toEqual([]);
});

test('pure rooms import nothing from Node, and only main and preload import Electron', () => {
  const wrong = imports.filter(
    (one) =>
      (pure.has(one.room) && one.from.startsWith('node:')) ||
      (!desktop.has(one.room) && one.from === 'electron'),
  );
  expect(wrong).toEqual([]);
});
