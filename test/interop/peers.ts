import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followProgram, type RunningProgram } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

/** Starts OpenClaw's released programs in homes of their own. */

/** 2026.2.6-3 or 2026.9.6. */
type Era = 'feb' | 'new';

/** Where a Gateway is and what opens it. */
export interface GatewayAddress {
  readonly url: string;
  readonly token: string;
}

const fakeDarwin = fileURLToPath(new URL('./peers/fake-darwin.cjs', import.meta.url));

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
  name: string,
  era: Era,
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  gateway: object = {},
): RunningProgram {
  const dir = process.env.OPENCLAW_INTEROP_DIR;
  if (!dir) throw new Error('OPENCLAW_INTEROP_DIR is not set: run "npm run test:interop"');
  const state = openClawState(home);
  const node = era === 'feb' ? 'node22' : 'node24';
  const tmp = join(dir, 'tmp');
  mkdirSync(tmp, { recursive: true });
  const config = { gateway: { mode: 'local', ...gateway }, update: { checkOnStart: false } };
  writeFileSync(join(state, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  return followProgram(name, [join(dir, era === 'feb' ? 'bin/oc' : 'bin9/oc'), ...args], {
    stateDir: home,
    env: {
      ...quiet,
      PATH: `${join(dir, node, 'node_modules/node/bin')}:${process.env.PATH ?? ''}`,
      // Shared: with an empty one every start compiles for half a minute.
      TMPDIR: tmp,
      OPENCLAW_STATE_DIR: state,
      ...env,
    },
  });
}

/** OpenClaw's own folder in a home, made when it is missing. */
export function openClawState(home: string): string {
  const state = join(home, '.openclaw');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return state;
}

/** Writes the approvals document of 2026.2.6-3 into a home. */
export function writeApprovals(home: string, document: object): void {
  writeFileSync(
    join(openClawState(home), 'exec-approvals.json'),
    `${JSON.stringify({ version: 1, ...document, agents: {} }, null, 2)}\n`,
    { mode: 0o600 },
  );
}

export interface PeerResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real CLI (2026.2.6-3) to its end against a Gateway, in a home of its own by default. */
export async function realCli(
  gateway: GatewayAddress,
  args: readonly string[],
  home: string = tempDir(),
): Promise<PeerResult> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const child = launch('openclaw', 'feb', home, [
    ...args.slice(0, end),
    '--url',
    gateway.url,
    '--token',
    gateway.token,
    ...args.slice(end),
  ]);
  const code = await child.exited;
  return { code, stdout: child.stdout(), stderr: child.stderr() };
}

export interface NodeHostOptions {
  readonly name: string;
  readonly era?: Era;
  readonly home?: string;
  /** Believes it runs on macOS: then 2026.2.6-3 forwards every `system.run` to the exec socket. */
  readonly darwin?: boolean;
  /** `OPENCLAW_NODE_EXEC_HOST=app`: never runs by itself; 2026.9.6 forwards only with it. */
  readonly onlyForward?: boolean;
}

/** Starts the real node host; it is connected once `node.list` says so. */
export function realNodeHost(gateway: GatewayAddress, options: NodeHostOptions): RunningProgram {
  const { hostname, port } = new URL(gateway.url);
  return launch(
    options.name,
    options.era ?? 'feb',
    options.home ?? tempDir(),
    ['node', 'run', '--host', hostname, '--port', port, '--display-name', options.name],
    {
      OPENCLAW_GATEWAY_TOKEN: gateway.token,
      ...(options.darwin ? { OC_PRELOAD: fakeDarwin } : {}),
      ...(options.onlyForward ? { OPENCLAW_NODE_EXEC_HOST: 'app' } : {}),
    },
  );
}

export interface RealGateway extends GatewayAddress {
  readonly port: number;
  readonly home: string;
  readonly program: RunningProgram;
}

/** Starts the real Gateway (2026.2.6-3), its token in its configuration; resolves when it listens. */
export async function startRealGateway(
  options: { readonly home?: string; readonly port?: number } = {},
): Promise<RealGateway> {
  const { home = tempDir(), port = await freePort() } = options;
  const token = 'interop-token-0123456789abcdef';
  const args = ['gateway', '--port', String(port), '--bind', 'loopback'];
  const auth = { mode: 'token', token };
  const program = launch('openclaw gateway', 'feb', home, args, {}, { auth });
  await program.says(/listening on ws:/);
  return { url: `ws://127.0.0.1:${port}`, token, port, home, program };
}

/** A port that was free a moment ago, for programs that have to be started on the same one twice. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
