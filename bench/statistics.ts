/** Small statistics over latencies in ms. */

export interface Summary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function summary(latencies: number[], seconds: number): Summary {
  latencies.sort((a, b) => a - b);
  return {
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    perSecond: latencies.length / seconds,
  };
}

/** Of what was measured one after the other. */
export function summarize(latencies: readonly number[]): Summary {
  const seconds = latencies.reduce((sum, ms) => sum + ms, 0) / 1_000;
  return summary([...latencies], seconds);
}

async function timed(task: () => Promise<void>): Promise<number> {
  const at = performance.now();
  await task();
  return performance.now() - at;
}

/** Runs every task `total` times, one of each at a time: each finds the machine as the others do. */
export async function measureInTurns<Names extends string>(
  total: number,
  tasks: Readonly<Record<Names, () => Promise<void>>>,
): Promise<Record<Names, Summary>> {
  const all = Object.entries<() => Promise<void>>(tasks).map(([name, task]) => {
    return { name, task, latencies: [] as number[] };
  });
  for (let run = 0; run < total; run++) {
    for (const { task, latencies } of all) latencies.push(await timed(task));
  }
  return Object.fromEntries(
    all.map(({ name, latencies }) => [name, summarize(latencies)]),
  ) as Record<Names, Summary>;
}

/** Runs `task` `total` times, `concurrency` at a time. */
export async function measure(
  total: number,
  concurrency: number,
  task: () => Promise<void>,
): Promise<Summary> {
  const latencies: number[] = [];
  let started = 0;
  const begin = performance.now();
  const worker = async () => {
    while (started < total) {
      started++;
      latencies.push(await timed(task));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return summary(latencies, (performance.now() - begin) / 1_000);
}

/** Median of each figure over several runs. */
export function middle(all: readonly Summary[]): Summary {
  return {
    p50Ms: median(all.map((one) => one.p50Ms)),
    p99Ms: median(all.map((one) => one.p99Ms)),
    perSecond: median(all.map((one) => one.perSecond)),
  };
}
