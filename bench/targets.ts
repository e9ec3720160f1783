import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheDir, root } from '../scripts/run-tool.ts';

/** What is measured side by side: ours, the released Gateway, and the floor. */

export interface Target {
  readonly name: 'ours' | 'real' | 'bare';
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  readonly stateDir: string;
  /** From spawn to accepting TCP connections. */
  readonly startMs: number;
  stop(): Promise<void>;
}

function target(
  name: Target['name'],
  child: ChildProcess,
  facts: { url: string; token: string; startMs: number; stateDir: string },
): Target {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    name,
    pid: child.pid ?? 0,
    ...facts,
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await closed;
      clearTimeout(kill);
      rmSync(facts.stateDir, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<{ gateway: { url: string } }> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('no stdout');
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
}

export async function startOurs(decide: string | null = null): Promise<Target> {
  const stateDir = mkdtempSync(join(tmpdir(), 'occ-bench-'));
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [
      `${root}out/cli/openclaw-companion.mjs`,
      '--headless',
      '--port',
      String(port),
      '--state-dir',
      stateDir,
      ...(decide === null ? [] : ['--decide', decide]),
    ],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...(decide === null ? {} : { OPENCLAW_COMPANION_TEST: '1' }) },
    },
  );
  const ready = firstLine(child);
  const startMs = await listening(port, begin);
  const { gateway } = await ready;
  const config = JSON.parse(readFileSync(join(stateDir, 'config.json'), 'utf8')) as {
    gateway: { auth: { token: string } };
  };
  const { token } = config.gateway.auth;
  return target('ours', child, { url: gateway.url, token, startMs, stateDir });
}

export async function startBare(): Promise<Target> {
  const begin = performance.now();
  const child = spawn(process.execPath, [`${root}bench/bare-relay.ts`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { gateway } = await firstLine(child);
  const startMs = performance.now() - begin;
  const stateDir = mkdtempSync(join(tmpdir(), 'occ-bench-'));
  return target('bare', child, { url: gateway.url, token: 'none', startMs, stateDir });
}

/** The released 2026.2.6-3 Gateway, or null when `npm run test:interop` has not installed it. */
export async function startReal(): Promise<Target | null> {
  const peers = process.env.OPENCLAW_INTEROP_DIR ?? `${cacheDir}interop`;
  if (!existsSync(`${peers}/bin/oc`)) return null;
  const stateDir = mkdtempSync(join(tmpdir(), 'occ-bench-'));
  const state = join(stateDir, '.openclaw');
  mkdirSync(state);
  writeFileSync(
    join(state, 'openclaw.json'),
    '{"gateway":{"mode":"local"},"update":{"checkOnStart":false}}',
  );
  const token = 'bench-token-0123456789abcdef';
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(
    `${peers}/bin/oc`,
    ['gateway', '--port', String(port), '--bind', 'loopback', '--auth', 'token', '--token', token],
    {
      stdio: 'ignore',
      env: {
        PATH: `${peers}/node22/node_modules/node/bin:${process.env.PATH ?? ''}`,
        HOME: stateDir,
        OPENCLAW_STATE_DIR: state,
        OPENCLAW_DISABLE_BONJOUR: '1',
        OPENCLAW_SKIP_CHANNELS: '1',
        OPENCLAW_SKIP_CRON: '1',
        OPENCLAW_SKIP_GMAIL_WATCHER: '1',
        OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
        OPENCLAW_NO_RESPAWN: '1',
        NO_COLOR: '1',
      },
    },
  );
  const startMs = await listening(port, begin);
  return target('real', child, { url: `ws://127.0.0.1:${port}`, token, startMs, stateDir });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Tries to connect until somebody accepts: the same observer for every target. */
async function listening(port: number, begin: number): Promise<number> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => setTimeout(() => resolve(false), 5));
    });
    if (open) return performance.now() - begin;
    if (performance.now() - begin > 60_000) throw new Error(`nothing listens on port ${port}`);
  }
}
