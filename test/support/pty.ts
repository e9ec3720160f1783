import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** A program in a real pseudo terminal. */
export interface PtyProgram {
  /** Types keys. */
  type(keys: string): void;
  /** Resolves with the whole screen once it matches. */
  see(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Takes the terminal away, as closing its window does. */
  hangUp(): void;
  /** Exit code of the program. */
  readonly exited: Promise<number | null>;
}

/** Copies between our pipes and the terminal; part of every Python 3. */
const bridge = 'import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';

/** @throws Error when there is no python3: without it nothing here can make a terminal. */
export function startInPty(argv: readonly string[]): PtyProgram {
  if (spawnSync('python3', ['-c', 'import pty']).status !== 0) {
    throw new Error('this test makes a pseudo terminal with python3, which was not found');
  }
  const child = spawn('python3', ['-c', bridge, ...argv], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const screen = watchScreen(child);
  return {
    type: (keys) => void child.stdin.write(keys),
    see: screen.see,
    hangUp: () => void child.kill('SIGKILL'),
    exited: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

function watchScreen(child: ChildProcess) {
  let text = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const check of waiting) check();
  });
  return {
    see: (pattern: RegExp) =>
      new Promise<RegExpMatchArray>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`never saw ${pattern} on:\n${JSON.stringify(text)}`));
        }, 20_000);
        const check = () => {
          const match = pattern.exec(text);
          if (!match) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
      }),
  };
}
