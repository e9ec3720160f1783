import { describe, expect, it } from 'vitest';
import { readShellCall } from '#core/analysis/shell-call.ts';

describe('readShellCall', () => {
  const names = ['sh', 'bash', 'dash', 'zsh'];
  const shells = ['', '/bin/', '/usr/bin/'].flatMap((folder) => names.map((n) => folder + n));

  it.each(shells)('reads the text of %s -c and -lc', (shell) => {
    expect(readShellCall([shell, '-c', 'ls'])).toEqual({ kind: 'text', text: 'ls' });
    expect(readShellCall([shell, '-lc', 'ls -l'])).toEqual({ kind: 'text', text: 'ls -l' });
  });

  it('hands the text on as it is', () => {
    expect(readShellCall(['sh', '-c', ' $(id)\n'])).toEqual({ kind: 'text', text: ' $(id)\n' });
    expect(readShellCall(['sh', '-c', ''])).toEqual({ kind: 'text', text: '' });
  });

  it.each([
    [['sh']],
    [['sh', '-c']],
    [['sh', 'script.sh']],
    [['sh', '-s']],
    [['sh', '--', '-c', 'id']],
    [['sh', '-c', '--', 'id']],
    [['sh', '-c', 'id', 'name']],
    [['sh', '-c', '$0', 'id']],
    [['sh', '-cl', 'id']],
    [['sh', '-C', 'id']],
    [['sh', '-l', '-c', 'id']],
    [['bash', '-ec', 'id']],
    [['bash', '-ic', 'id']],
    [['bash', '-lic', 'id']],
    [['bash', '-euxc', 'id']],
    [['bash', '-xc', 'id']],
    [['bash', '-o', 'errexit', '-c', 'id']],
    [['bash', '-O', 'extglob', '-xc', 'id']],
    [['bash', '+xo', 'vi', '-c', 'id']],
    [['bash', '--rcfile', 'x', '-i']],
    [['bash', '--init-file', 'x']],
    [['bash', '--login', '-c', 'id']],
    [['bash', '-i']],
    [['zsh', '-fc', 'id']],
    [['/bin/zsh', '-o', 'x', '-c', 'id']],
  ])('S8: any other way to call a shell is not proved: %j', (argv) => {
    expect(readShellCall(argv)).toEqual({
      kind: 'unproved',
      reason: 'A shell is called in another way than "sh -c TEXT".',
    });
  });

  it.each(['/tmp/sh', './bash', '/usr/local/bin/bash', '/opt/homebrew/bin/zsh', '/bin/../tmp/sh'])(
    'S8: %s is a shell, but none of the system',
    (shell) => {
      expect(readShellCall([shell, '-c', 'ls'])).toMatchObject({ kind: 'unproved' });
    },
  );

  it.each([
    ...['fish', 'ksh', 'mksh', 'ash', 'csh', 'tcsh', 'rbash', 'pwsh', 'powershell.exe', 'cmd.exe'],
    ...['nu', 'elvish', 'xonsh', 'yash', 'bash5.2', 'bash-static', '-sh', '-bash', 'BASH', 'Sh'],
    ...['/bin/ksh', '/BIN/SH'],
  ])('S8: %s is not analysed', (shell) => {
    expect(readShellCall([shell, '-c', 'ls'])).toMatchObject({ kind: 'unproved' });
  });

  it.each([
    [['env', 'ls']],
    [['/usr/bin/env', 'bash', '-c', 'id']],
    [['env', '-S', 'bash -c id']],
    [['env', '-i', 'A=b', 'sh', '-c', 'id']],
    [['genv', 'sh', '-c', 'id']],
    [['ENV', 'sh', '-c', 'id']],
    [['busybox', 'sh', '-c', 'id']],
    [['/bin/busybox.static', 'sh', '-c', 'id']],
    [['toybox', 'sh', '-c', 'id']],
    [['coreutils', '--coreutils-prog=env', 'sh']],
    [[...Array<string>(40).fill('env'), 'sh', '-c', 'id']],
  ])('S8: one that starts others is not proved: %j', (argv) => {
    expect(readShellCall(argv)).toMatchObject({ kind: 'unproved' });
  });

  it.each(['-e', '-c', '--help', '+x', '-'])(
    'S8: a text that the shell takes for an option is not proved: %j',
    (text) => {
      expect(readShellCall(['bash', '-c', text])).toMatchObject({ kind: 'unproved' });
    },
  );

  it.each([
    [[]],
    [['ls', '-c', 'x']],
    [['git', 'status']],
    [['/usr/bin/bashful', '-c', 'x']],
    [['environment']],
    [['']],
  ])('sees no shell in %j', (argv) => {
    expect(readShellCall(argv)).toEqual({ kind: 'none' });
  });
});
