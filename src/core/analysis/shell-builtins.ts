import { shellReasons, unproved } from './shell-reasons.ts';
import type { LiteralCommand } from './types.ts';

/**
 * Commands and reserved words of sh, dash, bash and zsh: what they do, no program does. Not on the
 * list: those that do what the program of their name does, `which` of zsh among them.
 */
const ownCommands: ReadonlySet<string> = new Set([
  ...['.', ':', '-', '!', '{', '}', '[[', ']]', 'alias', 'bg', 'break', 'case', 'cd', 'command'],
  ...['continue', 'do', 'done', 'elif', 'else', 'esac', 'eval', 'exec', 'exit', 'export', 'fc'],
  ...['fg', 'fi', 'for', 'getopts', 'hash', 'if', 'in', 'jobs', 'read', 'readonly', 'return'],
  ...['set', 'shift', 'then', 'time', 'times', 'trap', 'type', 'ulimit', 'umask', 'unalias'],
  ...['unset', 'until', 'wait', 'while'],
  // dash
  ...['chdir', 'local'],
  // bash
  ...['bind', 'builtin', 'caller', 'compgen', 'complete', 'compopt', 'coproc', 'declare', 'dirs'],
  ...['disown', 'enable', 'function', 'help', 'history', 'let', 'logout', 'mapfile', 'popd'],
  ...['pushd', 'readarray', 'select', 'shopt', 'source', 'suspend', 'typeset'],
  // zsh
  ...['autoload', 'bindkey', 'bye', 'compadd', 'comparguments', 'compcall'],
  ...['compctl', 'compdescribe', 'compfiles', 'compgroups', 'compquote', 'compset', 'comptags'],
  ...['comptry', 'compvalues', 'echotc', 'echoti', 'emulate', 'end', 'float', 'foreach'],
  ...['functions', 'getln', 'integer', 'limit', 'log', 'nocorrect', 'noglob', 'print'],
  ...['pushln', 'r', 'rehash', 'repeat', 'sched', 'setopt', 'ttyctl'],
  ...['unfunction', 'unhash', 'unlimit', 'unsetopt', 'vared', 'whence', 'where', 'zcompile'],
  ...['zformat', 'zle', 'zmodload', 'zparseopts', 'zregexparse', 'zstyle'],
  // ksh, which is /bin/sh on some systems
  ...['hist', 'nameref'],
]);

type Check = (args: readonly string[]) => boolean;

/** The shell runs its own of these; they are proved for arguments that every shell takes alike. */
const sharedCommands: ReadonlyMap<string, Check> = new Map([
  ['printf', isPlainPrintf],
  ['test', isPlainTest],
  ['[', (args: readonly string[]) => args.at(-1) === ']' && isPlainTest(args.slice(0, -1))],
  ['kill', (args: readonly string[]) => args.every((arg) => /^-?\w+$/.test(arg))],
]);

/** Throws `Unproved` unless the command is a program, or does what the program of its name does. */
export function checkCommandName([name, ...args]: LiteralCommand): void {
  if (ownCommands.has(name)) unproved(shellReasons.builtin(name));
  const isPlain = sharedCommands.get(name);
  if (isPlain === undefined) {
    // Job references, options and what a shell may take for an assignment do not start so.
    if (!/^[\w./]/.test(name) || name.includes('=')) unproved(shellReasons.name);
    return;
  }
  if (!isPlain(args)) unproved(shellReasons.builtinArguments(name));
}

const isNumber = (text: string) => /^[-+]?\d+(?:\.\d+)?$/.test(text);

/**
 * bash has `-v NAME` and `%n`, which set a variable, PATH for one; zsh and ksh read the operand of
 * a number conversion as arithmetic, which can set variables and run commands.
 */
function isPlainPrintf([format, ...operands]: readonly string[]): boolean {
  if (format === undefined || format.startsWith('-')) return false;
  const rest = format.replace(/%(?:%|-?\d*(?:\.\d+)?[sbc])/g, '');
  if (!rest.includes('%')) return true;
  const unknown = rest.replace(/%[-+ 0#]*\d*(?:\.\d+)?[diouxXfFeEgG]/g, '');
  return !unknown.includes('%') && operands.every(isNumber);
}

const comparisons: ReadonlySet<string> = new Set(['-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-t']);

/**
 * `-v` and `-R` of bash run the subscript of their operand (`a[$(id)]`); zsh and ksh do so with
 * what is compared as a number.
 */
function isPlainTest(args: readonly string[]): boolean {
  if (args.some((arg) => arg === '-v' || arg === '-R' || /[[$`]/.test(arg))) return false;
  if (!args.some((arg) => comparisons.has(arg))) return true;
  return args.every((arg) => isNumber(arg) || /^(?:!|-[a-z]{1,2})$/.test(arg));
}
