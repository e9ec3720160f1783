import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'plist';

/**
 * What electron-builder touches of an Electron distribution. The programs are empty but for the fuses,
 * so packing is real and needs no download.
 */

/** Marks the fuses inside the binary (`@electron/fuses`). */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is delivered: each fuse the opposite of what we want of it, and one nobody sets. */
const wire = '101100111';

const program = (): Buffer =>
  Buffer.concat([Buffer.from(sentinel), Buffer.from([1, wire.length]), Buffer.from(wire)]);

function writeProgram(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), program(), { mode: 0o755 });
}

function writeLinux(dist: string): void {
  writeProgram(dist, 'electron');
  mkdirSync(join(dist, 'resources'));
}

function writeBundle(path: string, name: string): void {
  const contents = join(path, `${name}.app`, 'Contents');
  writeProgram(join(contents, 'MacOS'), name);
  const info = { CFBundleIdentifier: 'com.github.Electron', CFBundleExecutable: name };
  writeFileSync(join(contents, 'Info.plist'), build(info));
}

function writeMac(dist: string): void {
  writeBundle(dist, 'Electron');
  const contents = join(dist, 'Electron.app', 'Contents');
  mkdirSync(join(contents, 'Resources'));
  writeFileSync(join(contents, 'Resources', 'electron.icns'), '');
  const frameworks = join(contents, 'Frameworks');
  writeProgram(join(frameworks, 'Electron Framework.framework'), 'Electron Framework');
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    writeBundle(frameworks, `Electron Helper${kind}`);
  }
}

export function writeStandInRuntime(dist: string, platform: 'linux' | 'mac'): void {
  mkdirSync(dist, { recursive: true });
  (platform === 'linux' ? writeLinux : writeMac)(dist);
}
