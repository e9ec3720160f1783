/**
 * Programs that run what their arguments say. Nothing that starts with one of them is ever allowed
 * by a rule: the rule would speak of the carrier and allow its load (S7, exec-ipc §5.5, §5.7).
 */
const shells = [
  ...['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'ksh93', 'mksh', 'csh', 'tcsh', 'fish', 'rbash'],
  ...['cmd', 'powershell', 'pwsh', 'nu', 'elvish', 'xonsh'],
];

const carriers = [
  ...['arch', 'busybox', 'bun', 'bunx', 'caffeinate', 'chrt', 'deno', 'doas', 'env', 'flock'],
  ...['ionice', 'nice', 'nohup', 'npm', 'npx', 'pnpm', 'sandbox-exec', 'script', 'setsid'],
  ...['stdbuf', 'sudo', 'taskset', 'time', 'timeout', 'toybox', 'xcrun', 'yarn', 'ssh'],
  // One binary under many names, as busybox is.
  'coreutils',
  // npm's own scripts: what their links on PATH really point to.
  ...['npm-cli', 'npx-cli'],
];

const interpreters = [
  ...['awk', 'find', 'gawk', 'gmake', 'gsed', 'lua', 'make', 'mawk', 'nawk', 'node', 'nodejs'],
  ...['osascript', 'perl', 'php', 'pypy', 'python', 'r', 'rscript', 'ruby', 'sed', 'xargs'],
  'original-awk',
];

const names: ReadonlySet<string> = new Set([...shells, ...carriers, ...interpreters]);

/** @param program a name or path; versioned names such as `python3.12` count as their program. */
export function isCarrier(program: string): boolean {
  const name = programName(program)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com|c?js|mjs)$/, '')
    .replace(/-static$/, '');
  return names.has(name) || names.has(name.replace(/[-_.]?\d[\d.]*[a-z]?$/, ''));
}

/** Last segment of a path; a bare name is its own. */
export function programName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
