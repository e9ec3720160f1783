import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Starts OpenClaw's released programs in homes of their own. */

export type Era = 'feb' | 'new';

const fakeDarwin = fileURLToPath(new URL('./peers/fake-darwin.cjs', import.meta.url));

function peersDir(): string {
  const dir = process.env.OPENCLAW_INTEROP_DIR;
  if (!dir)
    throw new Error('OPENCLAW_INTEROP_DIR is not set: run this through npm run test:interop');
  return dir;
}

const quiet = {
  OPENCLAW_DISABLE_BONJOUR: '1',
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_SKIP_CRON: '1',
  OPENCLAW_SKIP_GMAIL_WATCHER: '1',
  OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
  OPENCLAW_NO_RESPAWN: '1',
  NO_COLOR: '1',
};

function launch(
  era: Era,
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const dir = peersDir();
  const state = join(home, '.openclaw');
  mkdirSync(state, { recursive: true });
  writeFileSync(
    join(state, 'openclaw.json'),
    '{"gateway":{"mode":"local"},"update":{"checkOnStart":false}}',
  );
  return spawn(join(dir, era === 'feb' ? 'bin/oc' : 'bin9/oc'), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...quiet,
      HOME: home,
      OPENCLAW_STATE_DIR: state,
      PATH: `${join(dir, era === 'feb' ? 'node22' : 'node24', 'node_modules/node/bin')}:${process.env.PATH ?? ''}`,
      ...env,
    },
  });
}

export interface PeerResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real CLI to its end against a Gateway. */
export async function realCli(
  home: string,
  gateway: { readonly url: string; readonly token: string },
  args: readonly string[],
): Promise<PeerResult> {
  const end = args.indexOf('--');
  const options = ['--url', gateway.url, '--token', gateway.token];
  const full =
    end < 0 ? [...args, ...options] : [...args.slice(0, end), ...options, ...args.slice(end)];
  const child = launch('feb', home, full, {});
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

export interface NodeHostOptions {
  readonly era: Era;
  readonly home: string;
  readonly name: string;
  readonly port: number;
  readonly token: string;
  /** Believes it runs on macOS: then it forwards `system.run` to the exec socket. */
  readonly darwin?: boolean;
}

/** Starts the real node host; the test sees it in `node.list`. */
export function realNodeHost(options: NodeHostOptions): ChildProcess & { log(): string } {
  const child = launch(
    options.era,
    options.home,
    [
      'node',
      'run',
      '--host',
      '127.0.0.1',
      '--port',
      String(options.port),
      '--display-name',
      options.name,
    ],
    {
      OPENCLAW_GATEWAY_TOKEN: options.token,
      ...(options.darwin ? { OC_PRELOAD: fakeDarwin, OPENCLAW_NODE_EXEC_HOST: 'app' } : {}),
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  });
  return Object.assign(child, { log: () => log });
}
