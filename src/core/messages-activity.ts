import type { Activity } from './desktop/activity.ts';
import { quotable, safe } from './quoted.ts';

/** Words of what goes on now (ui.md §3, D16). Parameters are raw and become safe to show in here. */

const verbs = {
  command: 'running',
  run: 'running',
  read: 'reading',
  write: 'writing',
  edit: 'editing',
  use: 'using',
} as const;

/** Where the tool is known, but not what it was given. */
const alone = {
  command: 'running a command',
  run: 'running a command',
  read: 'reading a file',
  write: 'writing a file',
  edit: 'editing a file',
  use: 'using a tool',
} as const;

/** A line is a reminder; the whole command is in the history. */
const maxChars = 120;

function firstLine(text: string): string {
  const [line = '', ...more] = text.trim().split('\n', 2);
  const characters = [...line.slice(0, 2 * maxChars)];
  const cut = characters.length > maxChars || more.length > 0;
  return cut ? `${characters.slice(0, maxChars - 1).join('')}…` : line;
}

/** `running npm test`. */
function work(doing: Activity['work']): string {
  if (doing.kind === 'job') return 'at work';
  const what = safe(firstLine(doing.what));
  return what === '' ? alone[doing.kind] : `${verbs[doing.kind]} ${what}`;
}

const line = (agent: string | null, text: string): string =>
  agent === null ? `An unnamed agent · ${text}` : `"${agent}" (claimed) · ${text}`;

export const activityMessages = {
  work,
  /** `"main" (claimed) · running npm test`. */
  line: ({ agent, work: doing }: Pick<Activity, 'agent' | 'work'>): string =>
    line(agent === null ? null : quotable(agent), work(doing)),
  /** The same for texts that are safe already. */
  shownLine: ({ agent, text }: { agent: { text: string } | null; text: string }): string =>
    line(agent?.text ?? null, text),
  /** After the line of the first one. */
  more: (count: number): string => (count === 0 ? '' : ` · and ${count} more`),
} as const;
