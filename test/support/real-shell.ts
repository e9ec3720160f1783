import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ends the output of one text; no text of the corpus has it. */
const end = 'end-of-one-text-6f1d';

/** Reads texts separated by NUL; forking from a small shell is much cheaper than from Node. */
const driver = `while IFS= read -r -d '' text; do
  PATH="$2" "$1" -c "$text" </dev/null
  printf '%s\\0' "$3"
done`;

/** Prints its own name and its arguments, each ended by NUL. */
const argvPrinter = `#!/bin/sh
printf '%s\\0' "\${0##*/}" "$@"
`;

/** Which of the texts bash accepts without running them (`bash -n`). */
export function acceptedByBash(texts: readonly string[]): readonly boolean[] {
  const script = `while IFS= read -r -d '' text; do
    "$BASH" -n -c "$text" </dev/null 2>/dev/null && echo yes || echo no
  done`;
  return runBash(script, [], texts)
    .trim()
    .split('\n')
    .map((answer) => answer === 'yes');
}

/** Commands and reserved words that bash says are its own. */
export function ownCommandsOfBash(): readonly string[] {
  return runBash('compgen -b; compgen -k', [], []).trim().split('\n');
}

/**
 * Runs each text with `shell -c` where the only programs on PATH are argv printers, and tells what
 * arrived.
 * @param names of the programs
 */
export function argvThatArrives(
  shell: string,
  texts: readonly string[],
  folder: string,
  names: readonly string[],
): readonly (readonly string[])[] {
  const printer = join(folder, 'argv-printer');
  writeFileSync(printer, argvPrinter);
  chmodSync(printer, 0o700);
  for (const name of new Set(names)) symlinkSync(printer, join(folder, name));
  const output = runBash(driver, [shell, folder, end], texts);
  return output
    .split(`${end}\0`)
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

function runBash(script: string, args: readonly string[], texts: readonly string[]): string {
  // Node's pipes are sockets, so bash thinks it serves the network and would read ~/.bashrc.
  const argv = ['--norc', '-c', script, 'driver', ...args];
  const { error, stdout, stderr } = spawnSync('bash', argv, {
    input: texts.map((text) => `${text}\0`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' },
  });
  if (error !== undefined) {
    throw new Error(`These tests compare with bash, which did not start: ${error.message}`);
  }
  if (stderr !== '') throw new Error(`The shell complained: ${stderr}`);
  return stdout;
}
