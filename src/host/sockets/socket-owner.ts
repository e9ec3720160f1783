import { CompanionError } from '#core/errors.ts';
import { checkSocket } from './socket-check.ts';

/**
 * Makes sure, before anything is sent, that a socket is one of ours (IP-06).
 * @param uid who must own it; us by default.
 * @throws CompanionError UNREACHABLE when it does not exist; UNSAFE_PATH for a symlink, anything but
 *   a socket, a foreign owner, or a folder where others could replace it.
 */
export function requireOwnSocket(path: string, uid: number = process.geteuid?.() ?? -1): void {
  const check = checkSocket(path, uid);
  if (check.kind === 'ours') return;
  throw check.kind === 'missing'
    ? new CompanionError('UNREACHABLE', check.why)
    : new CompanionError('UNSAFE_PATH', check.why, {
        hint: 'Nothing was sent. Move it away and start the companion again.',
      });
}
