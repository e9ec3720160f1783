import { isAbsolute, join } from 'node:path';
import { createSerialQueue } from '../store/serial-queue.ts';
import { desktopEntry, entryStatus } from './desktop-entry.ts';
import { readOwnFile, removeOwnFile, writeOwnFile } from './own-file.ts';
import type { Autostart, AutostartProgram, AutostartStatus } from './types.ts';

interface XdgAutostartDeps {
  readonly program: AutostartProgram;
  readonly home: string;
}

/** Launch at login on Linux: a file in the user's autostart folder, read by the desktop at login. */
export function createXdgAutostart({ program, home }: XdgAutostartDeps): Autostart {
  const named = program.env.XDG_CONFIG_HOME;
  // A relative one is to be ignored, says the specification of the base directories.
  const config = named && isAbsolute(named) ? named : join(home, '.config');
  const path = join(config, 'autostart', `${program.id}.desktop`);
  const turns = createSerialQueue();
  return {
    async status() {
      return await turns.run(() => status(path, program));
    },
    async set(on) {
      await turns.run(() => (on ? writeOwnFile(path, desktopEntry(program)) : removeOwnFile(path)));
    },
  };
}

async function status(path: string, program: AutostartProgram): Promise<AutostartStatus> {
  try {
    const text = await readOwnFile(path);
    return text === null ? 'off' : entryStatus(text, program);
  } catch {
    // Not our file, or not readable: what starts at login cannot be told.
    return 'unknown';
  }
}
