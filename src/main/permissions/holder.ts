import { permissionMessages } from '#core/messages-permissions.ts';
import { safe } from '#core/quoted.ts';
import type { Output } from '#ipc/contract.ts';
import { flavourOf } from '../flavour.ts';
import { appImage, isPassing, type RunningApp } from '../login-item/program-at-login.ts';

type Permissions = Output<'permissions.list'>;

/** What a person looks for in the system's lists: the bundle, not the program inside it. */
export function holderOf(app: RunningApp): Permissions['holder'] {
  const { name, bundleId } = flavourOf(app);
  const bundle = /^(.*?\.app)\/Contents\/MacOS\//.exec(app.execPath)?.[1];
  return { name, bundleId, path: safe(bundle ?? appImage(app) ?? app.execPath) };
}

/** On macOS grants stay with a signed bundle at a place that lasts (app-features §7). */
export function holderWarning(app: RunningApp): string | null {
  if (app.platform !== 'darwin') return null;
  if (canLose(app)) return permissionMessages.holder.passing;
  return app.isPackaged ? null : permissionMessages.holder.development;
}

/** Grants given to this copy are lost with it, so none is asked for. */
export function canLose(app: RunningApp): boolean {
  return app.platform === 'darwin' && isPassing(app.execPath);
}
