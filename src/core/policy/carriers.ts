/**
 * Programs that run what their arguments say. Nothing that starts with one of them is ever allowed
 * by a rule: the rule would speak of the carrier and allow its load (S7, exec-ipc §5.5, §5.7).
 */
const shells = [
  ...['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh', 'ksh93', 'mksh', 'csh', 'tcsh', 'fish', 'rbash'],
  ...['cmd', 'powershell', 'pwsh', 'nu', 'elvish', 'xonsh', 'yash', 'posh', 'oksh', 'hush'],
  ...['lksh', 'loksh', 'pdksh', 'sash', 'osh', 'ysh', 'static-sh'],
];

const carriers = [
  ...['arch', 'busybox', 'bun', 'bunx', 'caffeinate', 'chrt', 'deno', 'doas', 'env', 'flock'],
  ...['ionice', 'nice', 'nohup', 'npm', 'npx', 'pnpm', 'sandbox-exec', 'script', 'setsid'],
  ...['stdbuf', 'sudo', 'taskset', 'time', 'timeout', 'toybox', 'xcrun', 'yarn', 'ssh'],
  // One binary under many names, as busybox is.
  ...['coreutils', 'uutils'],
  // npm's own scripts: what their links on PATH really point to.
  ...['npm-cli', 'npx-cli'],
];

/** Not on the lists of exec-ipc; the program they start is one of their arguments all the same. */
const wrappers = [
  ...['capsh', 'chpst', 'choom', 'chroot', 'cross-env', 'dbus-launch', 'dbus-run-session'],
  ...['direnv', 'eatmydata', 'entr', 'expect', 'fakechroot', 'fakeroot', 'faketime', 'firejail'],
  ...['bwrap', 'gdb', 'git-shell', 'hyperfine', 'i386', 'linux32', 'linux64', 'lldb', 'ltrace'],
  ...['mosh', 'nodemon', 'nsenter', 'numactl', 'parallel', 'perf', 'pkexec', 'prlimit', 'proot'],
  ...['proxychains', 'rlwrap', 'run-parts', 'runcon', 'runuser', 'setarch', 'setpriv', 'sg'],
  ...['ssh-agent', 'sshpass', 'start-stop-daemon', 'strace', 'su', 'systemd-run', 'torsocks'],
  ...['uname26', 'unbuffer', 'unshare', 'valgrind', 'watch', 'watchexec', 'x86_64', 'xvfb-run'],
  // GNU programs where the system has its own.
  ...['genv', 'gchroot', 'gfind', 'gm4', 'gnice', 'gnohup', 'gstdbuf', 'gtime', 'gtimeout'],
  ...['gxargs', 'corepack', 'pipx', 'pnpx', 'uvx', 'yarnpkg'],
  ...[
    'debconf',
    'fakeroot-sysv',
    'fakeroot-tcp',
    'heaptrack',
    'logsave',
    'login',
    'luit',
    'lxterm',
  ],
  ...['memusage', 'msgexec', 'msgfilter', 'newgrp', 'pg_virtualenv', 'sotruss', 'ssh-argv0'],
  ...['switch_root', 'systemd-cat', 'systemd-inhibit', 'systemd-socket-activate', 'uclampset'],
  // Terminals: `-e`.
  ...['alacritty', 'foot', 'gnome-terminal', 'kitty', 'konsole', 'rxvt', 'urxvt', 'uxterm'],
  ...['wezterm', 'xterm', 'x-terminal-emulator', 'zutty'],
];

const interpreters = [
  ...['awk', 'find', 'gawk', 'gmake', 'gsed', 'lua', 'make', 'mawk', 'nawk', 'node', 'nodejs'],
  ...['osascript', 'perl', 'php', 'pypy', 'python', 'r', 'rscript', 'ruby', 'sed', 'xargs'],
  'original-awk',
  ...['clojure', 'electron', 'erl', 'escript', 'gjs', 'gnuplot', 'groovy', 'guile', 'iex', 'irb'],
  ...['elixir', 'ipython', 'java', 'jiti', 'jshell', 'julia', 'jython', 'luajit', 'm4', 'octave'],
  ...['micropython', 'ocaml', 'php-cgi', 'qjs', 'racket', 'raku', 'runghc', 'runhaskell', 'sbcl'],
  ...['jdb', 'jrunscript', 'lli', 'scala', 'tclsh', 'ts-node', 'tsx', 'vite-node', 'wish', 'zx'],
];

const shellNames: ReadonlySet<string> = new Set(shells);
const names: ReadonlySet<string> = new Set([...shells, ...carriers, ...wrappers, ...interpreters]);

/**
 * @param program a name or path; versions and builds count as their program: `python3.12`,
 *   `perl5.36-x86_64-linux-gnu`.
 */
export function isCarrier(program: string): boolean {
  const name = programName(program).toLowerCase();
  return isNamedIn(names, name) || isLoader(name);
}

/** The dynamic loader runs the program that its argument names. */
function isLoader(name: string): boolean {
  return /^ld(?:-.*)?\.so(?:\.\d+)?$/.test(name);
}

/** Whether a program is a shell, its versions, builds and the login form `-sh` included. */
export function isShell(program: string): boolean {
  return isNamedIn(shellNames, programName(program).replace(/^-/, ''));
}

function isNamedIn(known: ReadonlySet<string>, program: string): boolean {
  const name = programName(program)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com|c?js|mjs)$/, '')
    .replace(/-static$/, '');
  return known.has(name) || known.has(name.replace(/[-_.]?\d[\d.]*(?:[a-z]|-.*)?$/, ''));
}

/** Last segment of a path; a bare name is its own. */
export function programName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}
