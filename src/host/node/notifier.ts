import { execFile } from 'node:child_process';
import { messageText } from '#core/display.ts';
import { CompanionError, errorText } from '#core/errors.ts';
import type { Logger, Notification, Notifier } from '#core/ports.ts';

export interface HeadlessNotifierDeps {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** A desktop shows less than this; the rest of an agent's text is not worth an argument list. */
const maxTitle = 200;
const maxBody = 2_000;
/** How long a notification program may take. */
const patienceMs = 5_000;

/**
 * Notifications without a window of our own (D10): `notify-send` on Linux, node-notifier's helper on
 * macOS. Text of an agent only ever becomes title and body: no action, link or file option is set.
 */
export function createHeadlessNotifier(deps: HeadlessNotifierDeps): Notifier {
  return {
    async notify(notification) {
      const linux = deps.platform !== 'darwin';
      const { title, body } = notificationText(notification, { markup: linux });
      try {
        if (linux) await showOnLinux(title, body, notification, deps.env);
        else await showOnMac(title, body, notification);
      } catch (error) {
        deps.log.info('notify.failed', { error: errorText(error) });
        throw new CompanionError('UNAVAILABLE', 'NOT_AUTHORIZED: notifications');
      }
    },
  };
}

/**
 * Title and body as a desktop may get them: short, nothing but text, and what nobody can see made
 * visible: a direction mark would let a message say what it does not (S6).
 * @param desktop `markup`: true for a system that reads markup in bodies, links included.
 */
export function notificationText(
  { title, body }: Pick<Notification, 'title' | 'body'>,
  { markup }: { readonly markup: boolean },
): { readonly title: string; readonly body: string } {
  const text = shorten(messageText(body), maxBody);
  return {
    title: shorten(messageText(title.replaceAll('\n', ' ')), maxTitle) || 'OpenClaw',
    body: markup ? text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`) : text,
  };
}

const urgency = { passive: 'low', active: 'normal', timeSensitive: 'critical' } as const;

/** Called directly: node-notifier goes through a shell here and cannot end the options with `--`. */
function showOnLinux(
  title: string,
  body: string,
  { priority }: Notification,
  env: HeadlessNotifierDeps['env'],
): Promise<void> {
  const args = ['--app-name=OpenClaw Companion', `--urgency=${urgency[priority]}`, '--'];
  return new Promise((resolve, reject) => {
    execFile(
      'notify-send',
      [...args, title, body],
      { env: { ...env }, timeout: patienceMs, killSignal: 'SIGKILL' },
      (error) => (error ? reject(error) : resolve()),
    );
  });
}

/** The helper answers only when the notification goes away: silence for a while is success. */
async function showOnMac(
  title: string,
  body: string,
  { sound, priority }: Notification,
): Promise<void> {
  const { default: notifier } = await import('node-notifier');
  const soundName = sound !== null && /^[A-Za-z0-9 ]{1,40}$/.test(sound) ? sound : null;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, 1_500);
    notifier.notify(
      {
        title: notAnOption(title),
        message: notAnOption(body || ' '),
        ...(soundName !== null && priority !== 'passive' ? { sound: soundName } : {}),
        timeout: 5,
      },
      (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      },
    );
  });
}

/** The helper takes text that starts like an option or a plist value for one. */
function notAnOption(text: string): string {
  return /^[-[({"\\]/.test(text) ? `\u200B${text}` : text;
}

function shorten(text: string, max: number): string {
  const trimmed = text.trim();
  if (trimmed.length <= max) return trimmed;
  // Half a character is none.
  return `${trimmed.slice(0, max - 1).replace(/\p{Cs}$/u, '')}…`;
}
