/** Runs asynchronous tasks one after the other; a failed one does not stop the next. */
export interface SerialQueue {
  run<T>(task: () => Promise<T>): Promise<T>;
}

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const result = last.then(task);
      last = result.catch(() => {
        // The caller of `run` has it; the queue only waits for the end.
      });
      return result;
    },
  };
}
