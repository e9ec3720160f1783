/** Where a command writes, as far as its words tell; for risk notes only. */

/** Written to often, and nothing is lost there. */
const harmless = /^\/dev\/(?:null|stdout|stderr|stdin|tty|fd\/\d+)$/;
const climbs = /(?:^|\/)\.\.(?:\/|$)/;

/** A name that only the shell knows counts as outside. */
export function isOutside(path: string, cwd: string): boolean {
  if (path === '' || harmless.test(path)) return false;
  if (climbs.test(path) || /^[~$]/.test(path)) return true;
  return path.startsWith('/') && !`${path}/`.startsWith(cwd === '/' ? '/' : `${cwd}/`);
}

/** The folder a `cd` leads to, seen from `cwd`; no operand means home. */
export function leavesFolder(operand: string | undefined, cwd: string): boolean {
  return operand === undefined || operand === '-' || isOutside(operand, cwd);
}

const outputOption =
  /^--?(?:out[a-z-]*|dest[a-z-]*|prefix|log-?file|target-directory|directory-prefix)$/;
const attached = /^(?:(--?[a-z][a-z-]*)=|-o(?=[/~$.])|of=)(.+)$/s;

/** The file that an option of any program writes, when its value is part of the same word. */
export function attachedOutput(word: string): string | null {
  const [, name, path = ''] = attached.exec(word) ?? [];
  if (name !== undefined && !outputOption.test(name) && name !== '-o') return null;
  return path === '' ? null : path;
}

/** Whether the word behind this option is a file that is written, whatever the program. */
export function isOutputOption(word: string): boolean {
  return word === '-o' || outputOption.test(word);
}
