/**
 * What programs are known for; for risk notes only, so a name too many does no harm. How they come
 * to run others is in `runs-programs.ts`; here is only what that leaves out.
 */

/** Kinds of notes, in the order they are shown: only the first ones are seen at a glance. */
export const riskKinds = [
  'privilege',
  'deletes',
  'overwrites',
  'outside',
  'downloads',
  'runs',
  'unverified',
  'environment',
] as const;
export type RiskKind = (typeof riskKinds)[number];

/** What it means that a program appears at all. */
export type Trait =
  /** Its arguments are another program, or a text for a shell. */
  | 'carrier'
  | 'shell'
  | 'interpreter'
  | 'fetcher'
  /** Every operand is written or deleted. */
  | 'writer'
  /** Every operand but the first is. */
  | 'copier'
  | RiskKind;

/** Rows of a trait and the programs that have it. */
export const traitRows: readonly (readonly [Trait, string])[] = [
  [
    'shell',
    'sh bash zsh dash ash ksh mksh csh tcsh fish rbash cmd powershell pwsh nu elvish xonsh',
  ],
  [
    'interpreter',
    'python pypy ipython node nodejs perl ruby irb php lua luajit r rscript osascript',
  ],
  ['interpreter', 'java groovy scala kotlin julia tclsh wish expect guile racket elixir erl ghci'],
  ['interpreter', 'deno bun tsx ts-node jiti swift runhaskell jshell octave gjs qjs escript'],
  ['carrier', 'env nice ionice nohup timeout time xargs parallel stdbuf setsid script flock chrt'],
  ['carrier', 'taskset caffeinate arch xcrun sandbox-exec ssh busybox toybox coreutils npx bunx'],
  ['carrier', 'pnpx uvx watch entr strace ltrace valgrind perf unbuffer rlwrap setarch linux32'],
  ['carrier', 'linux64 chroot unshare nsenter firejail bwrap fakeroot proot dbus-run-session tmux'],
  ['carrier', 'screen systemd-run direnv nix-shell mosh sshpass setpriv prlimit cgexec catchsegv'],
  ['carrier', 'exec command builtin eval coproc trap ld.so ld-linux ld-linux-x86-64.so'],
  ['carrier', 'pkexec sudo doas su run0 runuser gosu su-exec dzdo pfexec kdesu gksu gksudo'],
  ['carrier', 'start-stop-daemon daemonize dtach abduco run-parts hyperfine'],
  ['privilege', 'sudo sudoedit visudo doas su pkexec run0 runuser gosu su-exec dzdo pfexec kdesu'],
  ['privilege', 'gksu gksudo'],
  [
    'fetcher',
    'curl wget wget2 fetch aria2c http https httpie xh curlie nc ncat netcat socat telnet',
  ],
  ['fetcher', 'ftp sftp lftp tftp scp ssh lynx w3m links elinks axel lwp-request gh rclone'],
  [
    'writer',
    'tee touch mkdir rm rmdir unlink shred truncate chmod chown chgrp chflags xattr mkfifo',
  ],
  [
    'writer',
    'mknod patch split csplit gzip gunzip bzip2 bunzip2 xz unxz zstd setfacl ex ed zip ar',
  ],
  ['writer', 'ditto mv srm trash rimraf wipe install_name_tool codesign'],
  ['copier', 'cp ln install rsync scp ginstall'],
  ['deletes', 'rimraf shred srm wipe mkfs mke2fs newfs wipefs del-cli trash'],
  ['runs', 'make gmake bmake ctest mvnw sbt playwright nx turbo lerna vite webpack grunt gulp'],
  ['runs', 'pre-commit husky gvim automator shortcuts'],
  ['environment', 'printenv'],
];

/** Options that make a harmless program do what the note says. `git clean` is `git` after `clean`. */
export const optionRows: readonly (readonly [RiskKind, string, string])[] = [
  ['deletes', 'rm srm', '-r -R --recursive'],
  ['deletes', 'find bfs', '-delete'],
  ['deletes', 'git clean', '-f -x -X -d --force'],
  ['deletes', 'git rm', '-r'],
  ['deletes', 'rsync', '--delete --delete-before --delete-during --delete-delay --delete-after'],
  ['deletes', 'rsync', '--del --delete-excluded --delete-missing-args --remove-source-files'],
  ['deletes', 'robocopy', '/MIR /PURGE'],
  ['overwrites', 'git push', '-f --force --force-with-lease --delete -d --mirror --prune'],
  ['runs', 'git clone', '-u -c'],
  ['runs', 'git rebase', '-x'],
  ['runs', 'git difftool', '-x'],
  ['runs', 'git grep', '-O'],
  ['runs', 'ag ack', '--pager'],
  ['runs', 'split', '--filter'],
  ['runs', 'ncat netcat', '-e -c --exec --sh-exec --lua-exec'],
  ['runs', 'apt apt-get dpkg', '-o --option --pre-invoke --post-invoke'],
  ['unverified', 'awk', '-f --file -i --include -l --load -E --exec'],
  ['unverified', 'sed', '-f --file'],
  ['unverified', 'curl', '-K --config'],
];

/** Operands that do, as one of the first two: subcommands. */
export const operandRows: readonly (readonly [RiskKind, string, string])[] = [
  ['runs', 'npm pnpm yarn', 'run run-script test t tst start stop restart exec x dlx install i ci'],
  ['runs', 'npm pnpm yarn', 'install-test it add publish pack rebuild prepare init create version'],
  ['runs', 'docker podman nerdctl kubectl oc', 'exec run compose build debug attach start'],
  ['runs', 'pip pip3 pipx uv poetry hatch pdm conda', 'install run sync add tool shell'],
  [
    'runs',
    'bundle gem composer mix rebar3 stack cabal dotnet swift flutter dart',
    'exec install run',
  ],
  ['runs', 'bundle gem composer mix rebar3 stack cabal dotnet swift flutter dart', 'test build'],
  ['runs', 'systemctl service', 'start restart enable reload run link'],
  ['runs', 'rustup', 'run'],
  ['unverified', 'go', 'run'],
];

/** Texts in an operand that do. Each is linear. */
export const textRows: readonly (readonly [RiskKind, string, RegExp])[] = [
  // The old spelling without a dash.
  ['runs', 'tar', /^[cxtru][A-Za-z]{0,20}[IF]/],
  ['runs', 'socat', /exec:|system:|shell:/i],
  ['runs', 'git', /^ext::/],
  ['runs', 'openssl', /^engine$/],
  ['environment', 'awk', /ENVIRON/],
  ['privilege', 'osascript', /administrator/i],
  ['privilege', 'chmod', /^[0-7]?[4-7][0-7]{3}$|\+[rwx]*s/],
  ['deletes', 'diskutil', /^erase|^partition|^secureErase/i],
];

/** Options whose next word is a file or folder that is written. */
export const outputOptions: readonly (readonly [string, RegExp])[] = [
  ['wget', /^-[OPao]$/],
  ['curl', /^-[oDc]$|^--(?:dump-header|cookie-jar|trace|trace-ascii)$/],
  ['unzip', /^-d$/],
  ['tar', /^-C$|^--directory$/],
  ['make', /^-C$/],
  ['cp', /^-t$/],
  ['mv', /^-t$/],
  ['ln', /^-t$/],
  ['install', /^-t$/],
  ['find', /^-f(?:print|ls|printf|print0)$/],
];
