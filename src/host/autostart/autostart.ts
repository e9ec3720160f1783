import { homedir } from 'node:os';
import { CompanionError } from '#core/errors.ts';
import { systemClock } from '../system.ts';
import { createLaunchAgent } from './launch-agent.ts';
import { runSystemTool } from './system-tool.ts';
import type { Autostart, AutostartProgram } from './types.ts';
import { createXdgAutostart } from './xdg-autostart.ts';

/** Launch at login of this platform. Elsewhere its status is unknown and switching it fails. */
export function createAutostart(
  program: AutostartProgram,
  platform: NodeJS.Platform = process.platform,
): Autostart {
  const home = homedir();
  if (platform === 'linux') return createXdgAutostart({ program, home });
  const uid = process.getuid?.();
  if (platform === 'darwin' && uid !== undefined) {
    const { pid } = process;
    return createLaunchAgent({ program, home, uid, pid, run: runSystemTool, clock: systemClock });
  }
  return unavailableAutostart(`Launch at login is not available on ${platform}`);
}

/** Where it cannot work, the switch says why instead of lying. */
export function unavailableAutostart(why: string, hint?: string): Autostart {
  return {
    status: async () => 'unknown',
    set: async () => {
      throw new CompanionError('UNAVAILABLE', why, hint === undefined ? {} : { hint });
    },
  };
}
