import { readFileSync } from 'node:fs';
import { type BenchClient, connectBench, type Frame } from './client.ts';
import { measure, middle, type Summary } from './statistics.ts';
import type { Target } from './targets.ts';

/** Gateway cases, measured in turns so that a slow moment of the machine hits every target. */

const rounds = 7;
const warmUpRounds = 2;

interface Case {
  readonly name: string;
  readonly total: number;
  readonly concurrency: number;
  readonly call: (operator: BenchClient, nodeId: string) => Promise<Frame>;
}

let keys = 0;
const invoke = (operator: BenchClient, nodeId: string) =>
  operator.call('node.invoke', {
    nodeId,
    command: 'system.notify',
    params: { title: 'x', body: 'y' },
    timeoutMs: 30_000,
    idempotencyKey: `k${++keys}`,
  });

const cases: readonly Case[] = [
  { name: 'node.invoke sequential', total: 1_000, concurrency: 1, call: invoke },
  { name: 'node.invoke 32 in flight', total: 3_000, concurrency: 32, call: invoke },
  {
    name: 'node.list sequential',
    total: 1_000,
    concurrency: 1,
    call: (operator) => operator.call('node.list', {}),
  },
];

export type GatewayFigures = Readonly<Record<string, Readonly<Record<string, Summary>>>>;

/** Case → target → summary. */
export async function measureGateways(targets: readonly Target[]): Promise<GatewayFigures> {
  const peers = await Promise.all(targets.map(connectPeers));
  const figures: Record<string, Record<string, Summary>> = {};
  for (const one of cases) {
    const tasks = Object.fromEntries(
      peers.map(({ name, operator, node }) => [
        name,
        async () => {
          const frame = await one.call(operator, node.deviceId);
          if (!frame.ok) throw new Error(`${name}: ${JSON.stringify(frame.error)}`);
        },
      ]),
    );
    figures[one.name] = await measureInRounds(one, tasks);
  }
  for (const { operator, node } of peers) {
    operator.close();
    node.close();
  }
  return figures;
}

/** Median summaries over the rounds. */
async function measureInRounds(
  { total, concurrency }: Case,
  tasks: Readonly<Record<string, () => Promise<void>>>,
): Promise<Record<string, Summary>> {
  const runs = Object.entries(tasks).map(([name, task]) => ({ name, task, all: [] as Summary[] }));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { task, all } of runs) {
      const result = await measure(total, concurrency, task);
      // The rounds below zero warm up.
      if (round >= 0) all.push(result);
    }
  }
  return Object.fromEntries(runs.map(({ name, all }) => [name, middle(all)]));
}

async function connectPeers(target: Target) {
  const { url, token, name } = target;
  const node = await connectBench({ url, token, role: 'node', commands: ['system.notify'] });
  node.onEvent((frame) => {
    if (frame.event !== 'node.invoke.request') return;
    const { id, nodeId, paramsJSON } = frame.payload as Record<string, string | null>;
    node.send({
      type: 'req',
      id: `r${id}`,
      method: 'node.invoke.result',
      params: { id, nodeId, ok: true, payloadJSON: paramsJSON ?? '{}' },
    });
  });
  const operator = await connectBench({ url, token, role: 'operator' });
  return { name, operator, node };
}

/** Resident memory of a process in bytes (Linux). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024;
}
