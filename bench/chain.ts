import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../scripts/run-tool.ts';
import { connectBench } from './client.ts';
import { measureInTurns, type Summary } from './statistics.ts';
import { startOurs } from './targets.ts';

/**
 * The whole chain for an allowlisted `/bin/true`, in turns with a direct spawn of the same: one of
 * each at a time, so that both find the machine as the other left it.
 */
const warmUp = 100;
const runs = 400;

export interface ChainFigures {
  readonly chain: Summary;
  readonly direct: Summary;
}

export async function measureChain(): Promise<ChainFigures> {
  const ours = await startOurs('allow-always');
  const host = spawn(
    process.execPath,
    [
      `${root}out/cli/openclaw-mac.mjs`,
      'node',
      'run',
      '--port',
      new URL(ours.url).port,
      '--state-dir',
      ours.stateDir,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  try {
    const nodeId = await new Promise<string>((resolve, reject) => {
      createInterface({ input: host.stdout }).once('line', (line) =>
        resolve((JSON.parse(line) as { nodeId: string }).nodeId),
      );
      host.once('exit', (code) => reject(new Error(`node host ended with ${code}`)));
    });
    const operator = await connectBench({ url: ours.url, token: ours.token, role: 'operator' });
    let keys = 0;
    const through = async () => {
      const frame = await operator.call('node.invoke', {
        nodeId,
        command: 'system.run',
        params: { command: ['/bin/true'] },
        timeoutMs: 30_000,
        idempotencyKey: `c${++keys}`,
      });
      if (!frame.ok) throw new Error(JSON.stringify(frame.error));
    };
    // The first answer is "always": from then on a rule allows it.
    await through();
    const tasks = { chain: through, direct: spawnTrue };
    await measureInTurns(warmUp, tasks);
    const figures = await measureInTurns(runs, tasks);
    operator.close();
    return figures;
  } finally {
    host.kill('SIGTERM');
    await ours.stop();
  }
}

function spawnTrue(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/true', [], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
