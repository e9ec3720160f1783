import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeBin } from '#core/policy/safe-bins.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Programs of this machine, where they are real files and no links to a multi-call binary. */
const names = ['cut', 'uniq', 'head', 'tail', 'tr', 'wc', 'grep', 'sort'] as const;
const optIn = new Set(['grep', 'sort']);
const canary = 'canary-0e2b';

/** A folder in which everything an argument could name by accident is there to be read. */
function baitedFolder(): string {
  const folder = tempDir();
  for (const name of ['x', '1', '-n', '--lines', 'secret.json', 'append']) {
    writeFileSync(join(folder, name), `${canary}\n`);
  }
  symlinkSync('secret.json', join(folder, '-'));
  return folder;
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder).sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function programPath(name: string): string {
  return existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : `/bin/${name}`;
}

/** With an empty input: whatever comes out was read from somewhere else. */
function run(name: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr, error } = spawnSync(programPath(name), args, {
    cwd,
    timeout: 10_000,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

const longFlags = [
  ...['bytes', 'characters', 'fields', 'delimiter', 'output-delimiter', 'complement', 'group'],
  ...['only-delimited', 'zero-terminated', 'skip-fields', 'check-chars', 'count', 'repeated'],
  ...['lines', 'quiet', 'verbose', 'sleep-interval', 'max-unchanged-stats', 'pid', 'follow'],
  ...['retry', 'delete', 'squeeze-repeats', 'truncate-set1', 'chars', 'words', 'files0-from'],
  ...['max-line-length', 'regexp', 'max-count', 'context', 'binary', 'binary-files', 'include'],
  ...['exclude', 'exclude-from', 'file', 'label', 'devices', 'recursive', 'key', 'output'],
  ...['field-separator', 'buffer-size', 'compress-program', 'random-source', 'batch-size'],
  ...['parallel', 'all-repeated', 'total', 'debug', 'unique', 'whitespace-delimited'],
];

const value = fc.constantFrom('x', '1', 'secret.json', 'append', '-', '-n', '--lines', '+1', '');
const longFlag = fc
  .constantFrom(...longFlags)
  .chain((flag) => fc.integer({ min: 1, max: flag.length }).map((end) => flag.slice(0, end)))
  .chain((flag) => fc.constantFrom('', '=x', '=1', '=append').map((rest) => `--${flag}${rest}`));
const shortFlags = fc.stringMatching(/^-[bcfdnszwuivqFCtlLmeABDrRkSTo1x]{1,4}$/);
const args = fc.array(fc.oneof(value, longFlag, shortFlags, fc.constant('--')), { maxLength: 4 });

describe('S10: what is safe without asking', () => {
  it('reads no file and writes none, whatever flags and abbreviations it is given', () => {
    const folder = baitedFolder();
    const before = contents(folder);
    let ran = 0;
    fc.assert(
      fc.property(fc.constantFrom(...names), args, (name, list) => {
        const asked = {
          executable: programPath(name),
          cwd: folder,
          byName: true,
          contentSha256: null,
        };
        fc.pre(safeBin({ argv: [name, ...list], ...asked }, optIn).ok);
        ran += 1;
        expect(run(name, list, folder)).not.toContain(canary);
        expect(contents(folder)).toEqual(before);
      }),
      { numRuns: 250 },
    );
    expect(ran).toBeGreaterThan(200);
  });

  it('the bait is taken by what is refused, so that the test above can fail', () => {
    const folder = baitedFolder();
    for (const argv of [
      ['head', 'secret.json'],
      ['uniq', '--group', 'secret.json'],
      ['grep', '-e', 'can', '--binary', 'secret.json'],
      ['sort', '--', '-n'],
    ] as const) {
      const [name, ...list] = argv;
      const asked = {
        executable: programPath(name),
        cwd: folder,
        byName: true,
        contentSha256: null,
      };
      expect(safeBin({ argv, ...asked }, optIn)).toMatchObject({ ok: false });
      if (process.platform === 'linux') expect(run(name, list, folder)).toContain(canary);
    }
  });
});
