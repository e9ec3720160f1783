import { programName } from '#core/policy/carriers.ts';

/**
 * How programs that are no carriers come to run other programs (S10). A list of what is known can
 * never be complete: it only takes back what a rule without arguments would allow, and adds notes
 * to questions. Nothing is allowed because it is not listed here.
 */
export interface WaysToRun {
  /** First arguments that are no options. */
  readonly subcommands?: readonly string[];
  /** Options; a long one also abbreviated or with `=`, a short one also with its value attached. */
  readonly options?: readonly string[];
  /** Parts of any argument. */
  readonly text?: RegExp;
}

const containers: WaysToRun = {
  subcommands: ['run', 'exec', 'build', 'compose', 'start', 'create'],
};
const packages: WaysToRun = {
  subcommands: ['install', 'run', 'exec', 'add', 'sync', 'update', 'upgrade'],
};

/** Response files may hold any option. */
const compilers: WaysToRun = { text: /^@|^-(?:B|wrapper|specs|fplugin|fuse-ld|load|Xclang)/ };
const binutils: WaysToRun = { options: ['--plugin', '-plugin'], text: /^@/ };
const providers: WaysToRun = { options: ['-engine', '-provider', '-provider-path', '-config'] };
const patches: WaysToRun = { options: ['--diff-program', '--diff-cmd', '--editor-cmd', '-e'] };

export const waysToRunPrograms: Readonly<Record<string, WaysToRun>> = {
  find: { options: ['-exec', '-execdir', '-ok', '-okdir'] },
  awk: { text: /system|\||getline|>/ },
  sed: { text: /(?:^|[;{}\d$/])\s*[ew]\b|\/[a-z]*e[a-z]*(?:[;}]|$)/ },
  git: {
    options: [
      ...['-c', '--config-env', '--exec-path', '--exec', '-x', '--upload-pack', '--receive-pack'],
      ...['-u', '-O', '--open-files-in-pager', '--extcmd', '--tool', '--config', '--ext-diff'],
    ],
    subcommands: [
      'bisect',
      'submodule',
      'filter-branch',
      'difftool',
      'mergetool',
      'config',
      'hook',
    ],
  },
  tar: {
    options: [
      ...['--checkpoint-action', '--to-command', '-I', '--use-compress-program', '-F'],
      ...['--info-script', '--new-volume-script', '--rsh-command', '--rmt-command'],
    ],
  },
  sort: { options: ['--compress-program'] },
  split: { options: ['--filter'] },
  install: { options: ['--strip-program'] },
  ip: { subcommands: ['netns', 'vrf'] },
  rg: { options: ['--pre', '--hostname-bin'] },
  fd: { options: ['-x', '-X', '--exec', '--exec-batch'] },
  jq: { text: /\benv\b|\$ENV|\binput_filename\b|\$__prog/ },
  rsync: { options: ['-e', '--rsh', '--rsync-path'] },
  zip: { options: ['-TT', '--unzip-command'] },
  man: { options: ['-P', '--pager', '-H', '--html', '-C', '--config-file'] },
  scp: { options: ['-S', '-o', '-F'] },
  sftp: { options: ['-S', '-o', '-F', '-b'] },
  wget: { options: ['--use-askpass', '-e', '--execute'] },
  curl: { options: ['-K', '--config'] },
  nc: { options: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'] },
  tcpdump: { options: ['-z', '--postrotate-command'] },
  nmap: { options: ['--script', '--datadir'] },
  docker: containers,
  podman: containers,
  kubectl: { subcommands: ['exec', 'run', 'debug', 'plugin', 'edit'] },
  cargo: {
    subcommands: [
      ...['run', 'test', 'bench', 'build', 'check', 'install', 'clippy', 'doc'],
      ...['b', 'c', 'r', 't'],
    ],
  },
  go: { subcommands: ['run', 'test', 'generate', 'build', 'install', 'tool', 'vet', 'get'] },
  pip: packages,
  uv: packages,
  poetry: packages,
  gem: packages,
  brew: packages,
  apt: packages,
  'apt-get': packages,
  sqlite3: { text: /\.(?:shell|system|load)\b/, options: ['-cmd', '-init'] },
  psql: { text: /\\!|\bprogram\b/i },
  mysql: { text: /\bsystem\b|\\!/i },
  mariadb: { text: /\bsystem\b|\\!/i },
  gcc: compilers,
  cc: compilers,
  'g++': compilers,
  'c++': compilers,
  cpp: compilers,
  clang: compilers,
  'clang++': compilers,
  rustc: { options: ['-C', '--codegen'], text: /^@/ },
  ld: binutils,
  ar: binutils,
  nm: binutils,
  ranlib: binutils,
  'gcc-ar': binutils,
  'gcc-nm': binutils,
  'gcc-ranlib': binutils,
  opt: { text: /^-?-load/ },
  llc: { text: /^-?-load/ },
  nvcc: { text: /^@|^-?-(?:ccbin|compiler-bindir|pre-include|dont-use-profile)/ },
  javac: { text: /^-J|^@|^--?processor/ },
  troff: { options: ['-U'] },
  groff: { options: ['-U', '-P', '-X'] },
  strip: binutils,
  openssl: { ...providers, subcommands: ['engine'] },
  gpg: { options: ['--agent-program', '--dirmngr-program', '--photo-viewer', '--options'] },
  'ssh-keygen': { options: ['-D', '-w', '-O'] },
  'ssh-add': { options: ['-s', '-S'] },
  cpio: { options: ['--rsh-command', '-F', '-I', '-O'] },
  dc: { text: /!/ },
  gs: { text: /^-dNOSAFER$|%pipe%|^@/ },
  sdiff: patches,
  diff3: patches,
  svn: { options: ['--diff-cmd', '--diff3-cmd', '--editor-cmd', '--config-option'] },
  hg: { options: ['--config', '--ssh'], subcommands: ['bisect', 'diff', 'extdiff'] },
  gh: { subcommands: ['alias', 'extension', 'codespace'] },
  helm: { options: ['--post-renderer'], subcommands: ['plugin'] },
  ncat: { options: ['-e', '-c', '--exec', '--sh-exec', '--lua-exec'] },
  netcat: { options: ['-e', '-c', '--exec'] },
  'yt-dlp': { options: ['--exec', '--config-locations', '--downloader'] },
  aria2c: { text: /^--on-/ },
  fzf: { options: ['--preview', '--bind'] },
  bat: { options: ['--pager'] },
  ag: { options: ['--pager'] },
  ack: { options: ['--pager'] },
  protoc: { text: /^--plugin|^@/ },
  pandoc: { options: ['-F', '--filter', '-L', '--lua-filter', '--pdf-engine', '-d', '--defaults'] },
  dpkg: { options: ['-o', '-i', '--install', '--pre-invoke', '--post-invoke', '--configure'] },
  openvpn: { options: ['--config', '--up', '--down', '--plugin', '--script-security'] },
};

/** Programs that run others whatever their arguments are. */
export const alwaysRunPrograms: ReadonlySet<string> = new Set([
  ...['vi', 'vim', 'nvim', 'view', 'ed', 'ex', 'emacs', 'nano', 'less', 'more', 'gdb', 'lldb'],
  ...['strace', 'ltrace', 'perf', 'valgrind', 'watch', 'parallel', 'entr', 'expect', 'socat'],
  ...['screen', 'tmux', 'su', 'runuser', 'pkexec', 'chroot', 'unshare', 'nsenter', 'systemd-run'],
  ...['systemctl', 'launchctl', 'crontab', 'at', 'batch', 'open', 'xdg-open', 'run-parts'],
  ...[
    'cmake',
    'ninja',
    'meson',
    'just',
    'task',
    'rake',
    'gradle',
    'gradlew',
    'mvn',
    'ant',
    'bazel',
  ],
  ...['pytest', 'tox', 'nox', 'jest', 'vitest', 'mocha', 'tsx', 'ts-node', 'jiti', 'electron'],
  ...['java', 'dotnet', 'swift', 'julia', 'erl', 'elixir', 'guile', 'tclsh', 'wish'],
  ...['ld.so', 'ld-linux.so', 'ld-linux-x86-64.so', 'ldd', 'prove', 'erb', 'latexmk', 'logrotate'],
  // What these run is written in a file of the folder.
  ...['ansible-playbook', 'bmake', 'bundle', 'ctest', 'eslint', 'fastlane', 'grunt', 'gulp'],
  ...['jekyll', 'lerna', 'mix', 'mvnw', 'next', 'nx', 'playwright', 'pod', 'pre-commit', 'pylint'],
  ...['rebar3', 'rollup', 'rspec', 'sbt', 'scons', 'sphinx-build', 'stylelint', 'terraform'],
  ...['turbo', 'vagrant', 'vite', 'webpack', 'xcodebuild', 'babel', 'mypy', 'rubocop', 'phpunit'],
  // What these run is what the user chose for it: an editor, a pager.
  ...['editor', 'pager', 'sensible-editor', 'sensible-pager', 'run-mailcap', 'perldoc', 'pydoc'],
  ...['bzmore', 'cpan', 'cscope', 'gapplication', 'gdbtui', 'gtk-launch', 'invoke-rc.d', 'perlbug'],
  ...['pg_ctl', 'pg_ctlcluster', 'sensible-browser', 'service', 'vimtutor', 'vipw', 'xdg-email'],
  ...['xzless', 'xzmore', 'zless', 'zmore', 'zstdless'],
  ...['dpkg-buildpackage', 'rpmbuild', 'machinectl', 'lftp', 'pdflatex', 'xelatex', 'lualatex'],
]);

/** Programs that read in a file of their folder what they run, with the most harmless arguments too. */
const folderDecides: ReadonlySet<string> = new Set([
  ...['git', 'hg', 'gh', 'cargo', 'go', 'uv', 'poetry'],
]);

/**
 * Whether the folder decides what a program runs: `git status` starts what `core.fsmonitor` of the
 * repository names. A rule for any folder would then be one for any program.
 */
export function obeysItsFolder(program: string): boolean {
  const name = listedName(programName(program));
  return name !== null && (folderDecides.has(name) || alwaysRunPrograms.has(name));
}

/** One sentence when these arguments let the program run others, as far as is known; else null. */
export function runsAnotherProgram(argv: readonly string[]): string | null {
  const [program = '', ...args] = argv;
  const called = programName(program);
  const name = listedName(called);
  if (name === null) return null;
  if (alwaysRunPrograms.has(name)) return `${called} runs other programs.`;
  const way = waysToRunPrograms[name];
  const [subcommand] = args.filter((argument) => !argument.startsWith('-'));
  if (subcommand !== undefined && way?.subcommands?.includes(subcommand)) {
    return `${called} ${subcommand} runs other programs.`;
  }
  const option = args.find((argument) => way?.options?.some((known) => isOption(argument, known)));
  if (option !== undefined) return `${called} runs another program because of ${option}.`;
  const mayRun = args.some((argument) => way?.text?.test(argument));
  return mayRun ? `${called} may run other programs.` : null;
}

/** Whether a program is known to run others with some arguments or other. */
export function canRunPrograms(program: string): boolean {
  return listedName(programName(program)) !== null;
}

function listedName(called: string): string | null {
  const plain = called
    .toLowerCase()
    .replace(/[-_.]?\d[\d.]*$/, '')
    // `x86_64-linux-gnu-gcc-12`
    .replace(/^\w+-(?:[a-z]+-)?linux-gnu[a-z]*-/, '');
  // `vim.basic`, `nc.traditional`
  const stem = plain.replace(/\..*$/, '');
  const isListed = (name: string) =>
    alwaysRunPrograms.has(name) || Object.hasOwn(waysToRunPrograms, name);
  // GNU programs are named so where the system has its own: `gtar`.
  const gnu = plain.replace(/^g/, '');
  const names = [called, plain, stem, ...(Object.hasOwn(waysToRunPrograms, gnu) ? [gnu] : [])];
  return names.find(isListed) ?? null;
}

/** Whether an argument is the option in one of the spellings that option parsers take. */
function isOption(argument: string, known: string): boolean {
  if (known.startsWith('--')) {
    const [given = ''] = argument.split('=', 1);
    // GNU programs take any prefix that is unique; the shortest worth fearing is `--x`.
    return given.length > 2 && given.startsWith('--') && known.startsWith(given);
  }
  if (known.length > 2) return argument === known;
  // Also among other short options: `-zI`.
  return /^-[^-]/.test(argument) && argument.includes(known.slice(1));
}
