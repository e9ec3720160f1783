import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './configurations.ts';
import { writeStandInRuntime } from './stand-in-runtime.ts';

const electronBuilder = createRequire(import.meta.url).resolve('electron-builder/cli.js');

/** A loaded machine packs slowly. */
export const packLimitMs = 120_000;

interface PackOptions {
  /** Empty, and private to this run. */
  readonly folder: string;
  readonly platform: 'linux' | 'mac';
  /** Name of the configuration. */
  readonly file: string;
}

/**
 * Has electron-builder pack the built app into a folder, up to where signing and images would begin.
 * @returns the folder with the app: on macOS its bundle.
 * @throws Error with what electron-builder said.
 */
export async function pack({ folder, platform, file }: PackOptions): Promise<string> {
  const dist = join(folder, 'electron');
  const output = join(folder, 'output');
  writeStandInRuntime(dist, platform);
  const settings = [`electronDist=${dist}`, `directories.output=${output}`];
  // It would download a program to make the icon with, and look for an identity to sign with.
  if (platform === 'mac') settings.push('icon=', 'mac.identity=null');
  const args = [`--${platform}`, '--dir', '--publish', 'never', '--config', file];
  await run([electronBuilder, ...args, ...settings.map((one) => `-c.${one}`)]);
  const packed = readdirSync(output).find((name) => /unpacked$|^mac/.test(name)) ?? '';
  const bundle = readdirSync(join(output, packed)).find((name) => name.endsWith('.app'));
  return join(output, packed, bundle ?? '');
}

function run(argv: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { cwd: root, timeout: packLimitMs }, (error, out, err) => {
      if (error === null) resolve();
      else reject(new Error(`electron-builder failed:\n${out}${err}`, { cause: error }));
    });
  });
}
