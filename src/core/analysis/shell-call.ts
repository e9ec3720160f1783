import { isShell, programName } from '#core/policy/carriers.ts';
import { shellReasons } from './shell-reasons.ts';
import type { ShellCall } from './types.ts';

const systemShell = /^(?:\/(?:usr\/)?bin\/)?(?:sh|bash|dash|zsh)$/;
const textFlags: ReadonlySet<string> = new Set(['-c', '-lc']);

/** One binary that is many programs, or hands its arguments on: a shell may be among them (S8). */
const launchers: ReadonlySet<string> = new Set(['env', 'busybox', 'toybox', 'coreutils']);

/**
 * Whether an argv hands a text to a shell. There is one way to be analysed, and every other way to
 * call a shell is not proved: deny-lists of spellings do not converge (S8). Other programs that run
 * programs are `none` here; no rule allows them either (`isCarrier`).
 */
export function readShellCall(argv: readonly string[]): ShellCall {
  const [program, flag, text] = argv;
  if (program === undefined) return { kind: 'none' };
  if (isLauncher(program)) return { kind: 'unproved', reason: shellReasons.launcher };
  if (!isShell(program)) return { kind: 'none' };
  if (!systemShell.test(program)) return { kind: 'unproved', reason: shellReasons.otherShell };
  if (argv.length !== 3 || text === undefined || !textFlags.has(flag ?? '')) {
    return { kind: 'unproved', reason: shellReasons.otherCall };
  }
  if (/^[-+]/.test(text)) return { kind: 'unproved', reason: shellReasons.optionText };
  return { kind: 'text', text };
}

function isLauncher(program: string): boolean {
  const name = programName(program)
    .toLowerCase()
    .replace(/^g(?=env|coreutils)/, '')
    .replace(/(?:[-.]static|\.exe)$/, '');
  return launchers.has(name);
}
