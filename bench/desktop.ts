import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../scripts/run-tool.ts';
import type { Summary } from './statistics.ts';

/** What the desktop costs a person: how long a prompt takes, and what it does to an idle machine. */

interface PromptFigures {
  /** Request on the socket → its command painted in the window, which was there before. */
  readonly prompt: Summary;
  /** Mouse button let go on Deny → answer on the socket. */
  readonly answer: Summary;
}

export interface IdleFigures {
  /** Of one core. */
  readonly cpuPercent: number;
  /** Delays of the timers under 10 s that fired or still wait. */
  readonly shortTimersMs: readonly number[];
}

/** Starts `desktop-program.ts`; what it says is shown only when it fails. */
function startProgram<Figures>(...args: readonly string[]) {
  const [what = '', ...more] = args;
  const stateDir = mkdtempSync(join(tmpdir(), 'occ-bench-'));
  const child: ChildProcess = fork(`${root}bench/desktop-program.ts`, [what, stateDir, ...more], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-5_000);
  });
  const figures = new Promise<Figures>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Figures));
    child.once('close', (code) => {
      rmSync(stateDir, { recursive: true, force: true });
      reject(new Error(`desktop-program ${what} ended with ${code}:\n${said}`));
    });
  });
  return { child, figures };
}

/** Idle from some 15 s after this call until `end` is called. */
export function startIdleDesktop(): { end(): Promise<IdleFigures> } {
  const { child, figures } = startProgram<IdleFigures>('idle');
  // A failure is told where the figures are asked for.
  figures.catch(() => undefined);
  return {
    end() {
      if (child.connected) child.send('end');
      return figures;
    },
  };
}

export function measurePrompts(chromium: string): Promise<PromptFigures> {
  return startProgram<PromptFigures>('prompts', chromium).figures;
}

/** All built pages together, each file compressed. */
export function rendererBytes(): number {
  const folder = join(root, 'out/renderer');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(html|js|css)$/.test(file))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}
