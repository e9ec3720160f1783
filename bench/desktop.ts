import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../scripts/run-tool.ts';
import { prepareBusyState } from './busy-state.ts';
import type { PromptFigures } from './prompts.ts';
import type { BenchedSection, SettingsFigures } from './settings.ts';
import { median } from './statistics.ts';

/** What the desktop costs a person: how long a prompt takes, and what it does to an idle machine. */

export interface IdleFigures {
  /** Of one core. */
  readonly cpuPercent: number;
  /** Delays of the timers under 10 s that fired or still wait. */
  readonly shortTimersMs: readonly number[];
}

/** A folder for one program, gone with it. */
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'occ-bench-'));

/** Starts `desktop-program.ts`; what it says is shown only when it fails. */
function startProgram<Figures>(what: string, stateDir: string, ...more: readonly string[]) {
  const child: ChildProcess = fork(`${root}bench/desktop-program.ts`, [what, stateDir, ...more], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-5_000);
  });
  const figures = new Promise<Figures>((resolve, reject) => {
    let told: Figures | null = null;
    child.once('message', (message) => {
      told = message as Figures;
    });
    child.once('close', (code) => {
      rmSync(stateDir, { recursive: true, force: true });
      if (told !== null) resolve(told);
      else reject(new Error(`desktop-program ${what} ended with ${code}:\n${said}`));
    });
  });
  return { child, figures };
}

/** Idle from some 15 s after this call until `end` is called. */
export function startIdleDesktop(): { end(): Promise<IdleFigures> } {
  const { child, figures } = startProgram<IdleFigures>('idle', newFolder());
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
  return startProgram<PromptFigures>('prompts', newFolder(), chromium).figures;
}

/** A first showing is measured once in a program: so many programs, and their middle. */
const starts = 3;

/** Opened in front of 1 000 rules and 100 000 rows of history. */
export async function measureSettings(chromium: string, section: BenchedSection) {
  const all: SettingsFigures[] = [];
  for (let start = 0; start < starts; start++) {
    const stateDir = newFolder();
    await prepareBusyState(stateDir);
    all.push(await startProgram<SettingsFigures>('settings', stateDir, chromium, section).figures);
  }
  return { firstMs: median(all.map(({ first }) => first.paintedMs)), all };
}

/** All built pages together, each file compressed. */
export function rendererBytes(): number {
  const folder = join(root, 'out/renderer');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(html|js|css)$/.test(file))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}
