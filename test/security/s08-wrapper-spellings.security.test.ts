import { describe, expect, it } from 'vitest';
import { createAttackBench } from '#support/attack-bench.ts';

const programs = [
  'env',
  'bash',
  'sh',
  'zsh',
  'dash',
  'nice',
  'time',
  'script',
  'busybox',
  'toybox',
];

/** With every program above, and the shells of the system, allow-listed. */
const spellings = (payload: string): readonly (readonly string[])[] => [
  ['env', '-S', `bash -c '${payload}'`],
  ['env', `-Sbash -c '${payload}'`],
  ['env', `--split-string=bash -c '${payload}'`],
  ['env', '-vS', `bash -c '${payload}'`],
  ['env', 'bash', '-c', payload],
  ['env', '-i', 'bash', '-c', payload],
  ['env', '-u', 'HOME', 'bash', '-c', payload],
  ['env', 'A=1', 'bash', '-c', payload],
  ['env', '-', 'bash', '-c', payload],
  ['env', '--', 'bash', '-c', payload],
  ['env', '-C', '/', 'bash', '-c', payload],
  ['env', '--chdir=/', 'sh', '-c', payload],
  ['env', '--ignore-environment', 'sh', '-c', payload],
  [...Array.from({ length: 40 }, () => 'env'), 'sh', '-c', payload],
  ['bash', '-ec', payload],
  ['bash', '-lic', payload],
  ['bash', '-euxc', payload],
  ['bash', '-cx', payload],
  ['bash', '-o', 'errexit', '-c', payload],
  ['bash', '+o', 'posix', '-c', payload],
  ['bash', '-O', 'extglob', '-xc', payload],
  ['bash', '+xo', 'vi', '-c', payload],
  ['bash', '--rcfile', 'x', '-i'],
  ['bash', '--init-file', 'x', '-i'],
  ['bash', '--rcfile', 'x', '-ic', payload],
  ['bash', '--norc', '-c', payload],
  ['bash', '--login', '-c', payload],
  ['bash', '-i'],
  ['bash', '-s'],
  ['bash'],
  ['bash', 'x.sh'],
  ['bash', '-c', payload, 'bash', 'extra'],
  ['nice', '-n5', 'env', 'sh', '-c', payload],
  ['nice', 'sh', '-c', payload],
  ['time', 'sh', '-c', payload],
  ['script', '-q', '/dev/null', 'sh', '-c', payload],
  ['script', '-qc', payload, '/dev/null'],
  ['sh', '-c', '$0', payload],
  ['sh', '-c', '"$@"', 'x', ...payload.split(' ')],
  ['sh', '-c', payload, 'x'],
  ['busybox', 'sh', '-c', payload],
  ['busybox', 'ash', '-c', payload],
  ['toybox', 'sh', '-c', payload],
  ['zsh', '-fc', payload],
  ['zsh', '-o', 'extendedglob', '-c', payload],
  ['/bin/sh', '-c', `env bash -c '${payload}'`],
  ['/bin/sh', '-lc', `nice sh -c '${payload}'`],
  ['/bin/sh', '-lc', `exec ${payload}`],
  ['/bin/sh', '-lc', `eval '${payload}'`],
  ['/bin/sh', '-lc', `command ${payload}`],
  ['/bin/sh', '-lc', `builtin eval '${payload}'`],
  ['/bin/sh', '-lc', `time ${payload}`],
  ['/bin/sh', '-lc', `. ./x`],
  ['/bin/sh', '-lc', `source ./x`],
];

describe('S8: wrappers and -c spellings', () => {
  it.each(spellings('PAYLOAD').map((argv) => [argv.join(' '), argv]))(
    '%s: asks, and nothing runs',
    async (_, spelling) => {
      const bench = createAttackBench(programs, (bin) => [
        ...programs.map((name) => ({ pattern: `${bin}/${name}` })),
        ...['/bin/sh', '/bin/bash', '/bin/dash', '/usr/bin/env'].map((pattern) => ({ pattern })),
        ...['/usr/bin/sh', '/usr/bin/bash', '/usr/bin/dash'].map((pattern) => ({ pattern })),
      ]);
      const argv = spelling.map((word) => word.replaceAll('PAYLOAD', bench.payload));
      expect(await bench.attack(argv)).toMatchObject({ asked: true, ran: false });
    },
  );
});
