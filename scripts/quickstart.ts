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

const usage =
  'usage: npm run quickstart -- [--decision allow-once|allow-always|deny] -- COMMAND [ARGUMENT…]';

function parse(): { decision: string | undefined; argv: string[] } {
  try {
    const { values, positionals } = parseArgs({
      options: { decision: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length > 0) return { decision: values.decision, argv: positionals };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.error(usage);
  process.exit(2);
}

const { decision, argv } = parse();
const stateDir = mkdtempSync(join(tmpdir(), 'openclaw-quickstart-'));
const started: ChildProcess[] = [];

function start(program: string, args: string[], stdin: 'ignore' | 'inherit'): ChildProcess {
  const child = spawn(
    process.execPath,
    [`${root}out/cli/${program}.mjs`, '--state-dir', stateDir, ...args],
    {
      stdio: [stdin, 'pipe', 'inherit'],
      env: {
        ...process.env,
        OPENCLAW_COMPANION_STATE_DIR: stateDir,
        ...(decision === undefined ? {} : { OPENCLAW_COMPANION_TEST: '1' }),
      },
    },
  );
  started.push(child);
  return child;
}

/** The first stdout line with this event, parsed. */
function lineOf<T>(child: ChildProcess, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('no stdout');
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as T & { event?: string };
      if (line.event === event) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Newest first, so that nobody talks to something that is gone already. */
async function stopAll(): Promise<void> {
  for (const child of started.reverse()) {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended(child);
  }
  rmSync(stateDir, { recursive: true, force: true });
}

async function main(): Promise<number> {
  if (!existsSync(`${root}out/cli/openclaw-companion.mjs`)) {
    const built = runTool('vite', ['build', '--logLevel', 'warn']);
    if (built !== 0) return built;
  }
  const say = (text: string) => console.error(`quickstart: ${text}`);
  const asksHere = decision === undefined && process.stdin.isTTY;

  const companion = start(
    'openclaw-companion',
    ['--headless', '--port', '0', ...(decision === undefined ? [] : ['--decide', decision])],
    asksHere ? 'inherit' : 'ignore',
  );
  const ready = await lineOf<{ gateway: { url: string } }>(companion, 'ready');
  say(`companion listens on ${ready.gateway.url}`);

  const { hostname, port } = new URL(ready.gateway.url);
  const host = start('openclaw-mac', ['node', 'run', '--host', hostname, '--port', port], 'ignore');
  const { nodeId } = await lineOf<{ nodeId: string }>(host, 'connected');
  say(`node host ${nodeId.slice(0, 12)} connected; running the command through it`);
  if (decision === undefined && !asksHere) {
    say(
      `no terminal here; answer from another: openclaw-mac approvals list --state-dir ${stateDir}`,
    );
  }

  const agent = start('openclaw-mac', ['run', '--node', nodeId, '--', ...argv], 'ignore');
  agent.stdout?.pipe(process.stdout);
  return ended(agent);
}

process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
process.once('SIGTERM', () => void stopAll().then(() => process.exit(143)));
try {
  process.exitCode = await main();
} catch (error) {
  console.error(`quickstart: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
