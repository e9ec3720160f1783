import type { FrozenPlan } from '#core/exec/types.ts';

/** Whether what an interpreter will run is bound to the plan by its content (S11). */

/** Options that change nothing about which code runs. */
const neutral = new Set([
  ...['-u', '-B', '-O', '-OO', '-I', '-s', '-S', '-q', '-b', '-w', '-W', '-T', '-t', '-n'],
  ...['--enable-source-maps', '--no-warnings', '--trace-warnings', '--trace-uncaught'],
]);
const asksOnly = /^(?:-{1,2}version|--help|-V|-h)$/;

/** Paths, as asked for, of the files whose content is part of the plan. */
export function hashedFiles(plan: Pick<FrozenPlan, 'sightings'>): ReadonlySet<string> {
  const hashed = plan.sightings.filter(
    ({ kind, found, mayChange }) =>
      kind === 'script' && found?.sha256 !== undefined && mayChange !== true,
  );
  return new Set(hashed.map(({ path }) => plainPath(path)));
}

function plainPath(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, '/');
}

export function isHashed(name: string, cwd: string, hashed: ReadonlySet<string>): boolean {
  return hashed.has(plainPath(name.startsWith('/') ? name : `${cwd}/${name}`));
}

/** @param args what follows the interpreter's name. */
export function runsUnverified(
  args: readonly string[],
  cwd: string,
  hashed: ReadonlySet<string>,
): boolean {
  const script = args.findIndex((word) => !neutral.has(word));
  const operand = args[script];
  if (operand === undefined) return true;
  if (operand.startsWith('-')) return !(args.length === 1 && asksOnly.test(operand));
  return !isHashed(operand, cwd, hashed);
}

/** A shell shows its text with `-c`; everything else it runs comes from a file or its input. */
export function shellRunsUnverified(
  args: readonly string[],
  cwd: string,
  hashed: ReadonlySet<string>,
): boolean {
  const end = args.findIndex((word) => !/^[-+]/.test(word));
  const options = end < 0 ? args : args.slice(0, end);
  if (options.some((word) => /^--(?:rc|init-)file|^-[a-zA-Z]*[is]/.test(word))) return true;
  if (options.some((word) => /^-[a-zA-Z]*c/.test(word))) return false;
  const others = args.filter((word) => !/^[-+][abefhklmnptuvxBCEHPT]+$/.test(word));
  return runsUnverified(others, cwd, hashed);
}
