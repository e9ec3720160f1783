import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { electronInstaller, findDesktopRuntime, type Machine } from './desktop-runtime.ts';
import { root, runTool } from './run-tool.ts';

const desktop = {
  entry: `${root}out/main/index.mjs`,
  build: ['electron-vite', 'build', '--logLevel', 'warn'],
} as const;
const headless = {
  entry: `${root}out/cli/openclaw-companion.mjs`,
  build: ['vite', 'build', '--logLevel', 'warn'],
} as const;

/** Only `npm start` knows this one; everything else is passed on. */
const fetchFlag = '--fetch-electron';

/**
 * Starts the desktop companion where it can run, else says in one line why not and starts the
 * headless one (D11). Ends with its exit code.
 */
export function startCompanion(machine: Machine, argv: readonly string[]): void {
  const args = argv.filter((arg) => arg !== fetchFlag);
  if (args.includes('--headless')) {
    follow(startHeadless(args));
    return;
  }
  if (argv.includes(fetchFlag)) fetchElectron();
  const runtime = findDesktopRuntime(machine);
  if ('electron' in runtime) {
    follow(startDesktop(runtime.electron, args, machine));
    return;
  }
  console.error(`No window: ${runtime.missing}. Starting the headless companion.`);
  follow(startHeadless(['--headless', ...args]));
}

function startDesktop(electron: string, args: readonly string[], { env }: Machine): ChildProcess {
  requireBuilt(desktop);
  // With it Electron would be a plain Node, without a window.
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = env;
  return spawn(electron, [root, ...args], { stdio: 'inherit', env: inherited });
}

function startHeadless(args: readonly string[]): ChildProcess {
  requireBuilt(headless);
  return spawn(process.execPath, [headless.entry, ...args], { stdio: 'inherit' });
}

function requireBuilt({ entry, build: [tool, ...args] }: typeof desktop | typeof headless): void {
  if (existsSync(entry)) return;
  const built = runTool(tool, args);
  if (built !== 0) process.exit(built);
}

/** What it says goes to stderr: stdout belongs to the companion. */
function fetchElectron(): void {
  console.error('Downloading the Electron runtime.');
  spawnSync(process.execPath, [electronInstaller], { stdio: ['ignore', 2, 2] });
}

function follow(companion: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => companion.kill(signal));
  }
  companion.once('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  companion.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
