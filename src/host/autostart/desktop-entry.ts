import { CompanionError } from '#core/errors.ts';
import type { AutostartProgram } from './types.ts';
import { keptVariables, plainArgv, plainValue } from './variables.ts';

/** Autostart file of the XDG specifications ("Desktop Entry" 1.5, "Desktop Application Autostart"). */

const group = '[Desktop Entry]';

/** @throws CompanionError INVALID_REQUEST for a value that cannot be written down safely (S14) */
export function desktopEntry(program: AutostartProgram): string {
  return [
    group,
    'Type=Application',
    'Version=1.5',
    `Name=${stringValue(plainValue('The name', program.name))}`,
    `Exec=${execValue(program)}`,
    'Terminal=false',
    'StartupNotify=false',
    'Hidden=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Whether a desktop starts this program for such a file; `unknown` when it starts something else. */
export function entryStatus(text: string, program: AutostartProgram): 'on' | 'off' | 'unknown' {
  const values = readGroup(text);
  if (values === null) return 'unknown';
  if (values.get('Hidden') === 'true') return 'off';
  if (values.get('X-GNOME-Autostart-enabled') === 'false') return 'off';
  return values.get('Exec') === execValue(program) ? 'on' : 'unknown';
}

/** Keys of the main group as they are written; null without that group. The first of a key counts. */
function readGroup(text: string): ReadonlyMap<string, string> | null {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.indexOf(group);
  if (start === -1) return null;
  const values = new Map<string, string>();
  for (const line of lines.slice(start + 1)) {
    if (line.startsWith('[')) break;
    const at = line.indexOf('=');
    if (at === -1 || line.startsWith('#')) continue;
    const key = line.slice(0, at).trimEnd();
    if (!values.has(key)) values.set(key, line.slice(at + 1).trimStart());
  }
  return values;
}

/** There is no key for variables, so `env` sets them. */
function execValue(program: AutostartProgram): string {
  const argv = plainArgv(program.argv);
  // The specification has no way to write such a path (key Exec).
  if (argv[0].includes('=')) {
    throw new CompanionError(
      'INVALID_REQUEST',
      'The path of the program contains "="; it cannot start at login',
    );
  }
  const variables = keptVariables(program.env).map(([name, value]) => `${name}=${value}`);
  const words = variables.length === 0 ? argv : ['/usr/bin/env', ...variables, ...argv];
  return stringValue(words.map(quotedWord).join(' '));
}

/** Quoting of the key Exec: always quoted, the four special characters escaped, no field codes. */
function quotedWord(word: string): string {
  return `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** Values of type string have an escape rule of their own, applied last. */
function stringValue(value: string): string {
  return value.replaceAll('\\', '\\\\');
}
