import { describe, expect, it } from 'vitest';
import { isCarrier } from '#core/policy/carriers.ts';

describe('isCarrier (S7, S8)', () => {
  it.each([
    ...['sh', '/bin/sh', '/usr/bin/bash', 'zsh', 'dash', 'ash', 'ksh', 'ksh93', 'fish', 'cmd.exe'],
    ...[
      'powershell.exe',
      'pwsh',
      'env',
      '/usr/bin/env',
      'busybox',
      'toybox',
      'sudo',
      'doas',
      'ssh',
    ],
    ...['nice', 'nohup', 'time', 'timeout', 'script', 'xcrun', 'npx', 'npx-cli.js', 'npm-cli.js'],
    ...[
      'node',
      'nodejs',
      'node22',
      'bun',
      'deno',
      'python',
      'python3',
      'python3.12',
      'python3.13t',
    ],
    ...['perl5.36.0', 'ruby3.2', 'lua5.4', 'php8.3', 'pypy3', 'osascript', 'R', 'Rscript'],
    ...['xargs', 'find', 'awk', 'mawk', 'gsed', 'sed', 'make', 'gmake', 'coreutils', 'BASH'],
    ...['bash-static', 'zsh5-static', 'php.cmd', 'perl5.36-x86_64-linux-gnu', 'python3.11-dbg'],
    ...['gfind', 'gxargs', 'genv', 'gtimeout', 'tclsh8.6', 'java', 'tsx', 'ts-node', 'jiti', 'm4'],
    ...['strace', 'chroot', 'setarch', 'ssh-agent', 'unshare', 'su', 'gdb', 'static-sh', 'uutils'],
    ...['ld.so', '/usr/lib/ld-linux-x86-64.so.2', 'ld-musl-aarch64.so.1', 'ld-2.31.so'],
  ])('holds %s back from rules', (program) => {
    expect(isCarrier(program)).toBe(true);
  });

  it.each([
    ...['git', 'ls', '/usr/bin/uname', 'sha1sum', 'md5', 'shasum', 'environment', 'node-gyp'],
    ...['bashful', 'gcc-12', 'true', 'finder', 'pythonic', '/opt/bash/tool', ''],
    ...['ld', 'gold', 'libc.so.6', 'gem', 'go', 'x86_64-linux-gnu-gcc-12', 'sha256sum', 'gperf'],
  ])('lets rules speak for %j', (program) => {
    expect(isCarrier(program)).toBe(false);
  });
});
