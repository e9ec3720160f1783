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
      const at = performance.now();
      await task();
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - begin) / 1_000;
  latencies.sort((a, b) => a - b);
  return {
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    perSecond: total / seconds,
  };
}

/** Median of each figure over several runs. */
export function middle(all: readonly Summary[]): Summary {
  return {
    p50Ms: median(all.map((one) => one.p50Ms)),
    p99Ms: median(all.map((one) => one.p99Ms)),
    perSecond: median(all.map((one) => one.perSecond)),
  };
}
