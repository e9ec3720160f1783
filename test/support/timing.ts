/**
 * Ms of processor time that the cheapest of three runs took: what the work costs, whatever else the
 * machine was doing meanwhile.
 */
export function cheapestMs(task: () => void): number {
  const runs = [1, 2, 3].map(() => {
    const before = process.threadCpuUsage();
    task();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...runs);
}
