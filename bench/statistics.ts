/** Small statistics over latencies in ms. */

export interface Summary {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
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

async function timed(task: () => Promise<void>): Promise<number> {
  const at = performance.now();
  await task();
  return performance.now() - at;
}

/** Runs both tasks `total` times, strictly one after the other. */
export async function measureInTurns(
  total: number,
  one: () => Promise<void>,
  other: () => Promise<void>,
): Promise<readonly [Summary, Summary]> {
  const latencies: readonly [number[], number[]] = [[], []];
  for (let run = 0; run < total; run++) {
    latencies[0].push(await timed(one));
    latencies[1].push(await timed(other));
  }
  const seconds = (of: readonly number[]) => of.reduce((sum, ms) => sum + ms, 0) / 1_000;
  return [
    summary(latencies[0], seconds(latencies[0])),
    summary(latencies[1], seconds(latencies[1])),
  ];
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
