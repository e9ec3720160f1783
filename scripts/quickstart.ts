import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { root, runTool } from './run-tool.ts';

/**
 * `npm run quickstart -- [--decision D] -- ARGV…`: one command through the whole chain, agent →
 * Gateway → node host → socket → companion, in a temporary state directory. Stops what it started.
 */

const decisions = ['allow-once', 'allow-always', 'deny'];
const usage = `usage: npm run quickstart -- [--decision ${decisions.join('|')}] -- COMMAND [ARGUMENT…]`;

/** How long the command waits when its question can only be answered from another terminal. */
const unattendedWaitMs = 120_000;

interface CommandLine {
  readonly decision: string | undefined;
  readonly argv: readonly string[];
}

/** Our options end at `--` or at the first word that is none; npm swallows the first `--`. */
function split(args: readonly string[]): { own: string[]; argv: string[] } {
  const own: string[] = [];
  const rest = [...args];
  while (rest[0]?.startsWith('--') && rest[0] !== '--') {
    const option = rest.shift() ?? '';
    own.push(option);
    if (!option.includes('=')) own.push(...rest.splice(0, 1));
  }
  return { own, argv: rest[0] === '--' ? rest.slice(1) : rest };
}

function parse(): CommandLine {
  try {
    const { own, argv } = split(process.argv.slice(2));
    const { decision } = parseArgs({ args: own, options: { decision: { type: 'string' } } }).values;
    const known = decision === undefined || decisions.includes(decision);
    if (known && argv.length > 0) return { decision, argv };
    if (!known) console.error(`--decision cannot be "${decision}".`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.error(usage);
  process.exit(2);
}

/** One of our programs, followed from its start: an end that was missed is never waited for. */
interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
}

class Chain {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'openclaw-quickstart-'));
  readonly #started: Started[] = [];
  #stopping = false;

  /** @throws Error when the chain is being stopped: nothing may be left behind. */
  start(
    program: string,
    args: readonly string[],
    stdio: ['ignore' | 'inherit', 'pipe' | 'inherit'],
  ) {
    if (this.#stopping) throw new Error('interrupted');
    const argv = [`${root}out/cli/${program}.mjs`, '--state-dir', this.stateDir, ...args];
    const child = spawn(process.execPath, argv, {
      stdio: [...stdio, 'inherit'],
      env: {
        ...withoutOurVariables(process.env),
        OPENCLAW_COMPANION_TEST: '1',
      },
    });
    const ended = new Promise<number>((resolve) => {
      child.once('exit', (code) => resolve(code ?? 1));
      child.once('error', () => resolve(1));
    });
    this.#started.push({ child, ended });
    return { child, ended };
  }

  /** Newest first, so that nobody talks to something that is gone already. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { child, ended } of this.#started.reverse()) {
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** What is exported for a real OpenClaw (its port, its token) means nothing to this chain. */
function withoutOurVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('OPENCLAW_')));
}

/** The first stdout line with this event, parsed. */
async function lineOf<T>({ child, ended }: Started, event: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as T & { event?: string };
      if (line.event === event) resolve(line);
    });
  }
  void ended.then((code) => reject(new Error(`a program ended with ${code}; see above`)));
  return promise;
}

async function runThrough(chain: Chain, { decision, argv }: CommandLine): Promise<number> {
  const say = (text: string) => console.error(`quickstart: ${text}`);
  const asksHere = decision === undefined && process.stdin.isTTY && process.stderr.isTTY;
  const companion = chain.start(
    'openclaw-companion',
    ['--headless', '--port', '0', ...(decision === undefined ? [] : ['--decide', decision])],
    [asksHere ? 'inherit' : 'ignore', 'pipe'],
  );
  const ready = await lineOf<{ gateway: { url: string } }>(companion, 'ready');
  say(`companion listens on ${ready.gateway.url}`);

  const { hostname, port } = new URL(ready.gateway.url);
  const gateway = ['--host', hostname, '--port', port];
  const host = chain.start('openclaw-mac', ['node', 'run', ...gateway], ['ignore', 'pipe']);
  const { nodeId } = await lineOf<{ nodeId: string }>(host, 'connected');
  say(`node host ${nodeId.slice(0, 12)} connected; running the command through it`);

  const unattended = decision === undefined && !asksHere;
  if (unattended) {
    const mac = `${process.execPath} ${root}out/cli/openclaw-mac.mjs`;
    say('there is no terminal to ask on; answer from another one:');
    say(`  ${mac} approvals list --state-dir ${chain.stateDir}`);
  }
  const wait = unattended ? ['--wait', String(unattendedWaitMs)] : [];
  const run = ['run', ...gateway, '--node', nodeId, ...wait, '--', ...argv];
  return chain.start('openclaw-mac', run, ['ignore', 'inherit']).ended;
}

/** Resolves with the exit code of a program that was told to end. */
function interruption(): Promise<number> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve(130));
    process.on('SIGTERM', () => resolve(143));
    process.on('SIGHUP', () => resolve(129));
  });
}

async function main(): Promise<number> {
  const commandLine = parse();
  const interrupted = interruption();
  if (!existsSync(`${root}out/cli/openclaw-companion.mjs`)) {
    const built = runTool('vite', ['build', '--logLevel', 'warn']);
    if (built !== 0) return built;
  }
  const chain = new Chain();
  try {
    return await Promise.race([runThrough(chain, commandLine), interrupted]);
  } finally {
    await chain.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`quickstart: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
