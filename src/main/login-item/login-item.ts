import { createAutostart, unavailableAutostart } from '#host/autostart/autostart.ts';
import type { Autostart } from '#host/autostart/types.ts';
import { flavourOf } from '../flavour.ts';
import { programAtLogin, type RunningApp } from './program-at-login.ts';

/** Launch at login of this very copy of the app. */
export function createLoginItem(app: RunningApp): Autostart {
  const program = programAtLogin(app);
  if ('why' in program) return unavailableAutostart(program.why, program.hint);
  const { bundleId: id, name } = flavourOf(app);
  return createAutostart({ id, name, argv: program.argv, env: app.env }, app.platform);
}

/** Why this very copy cannot start at login, and what to do; null when it can. */
export function loginItemProblem(app: RunningApp): string | null {
  const program = programAtLogin(app);
  return 'why' in program ? `${program.why}. ${program.hint}` : null;
}
