/**
 * Clients that wait for something a person may be asked about on their behalf: they must not give
 * the answer themselves (S1, S17).
 */
export interface AwaitingCallers {
  /**
   * @param caller `clientIdentity` of the session.
   * @returns call it once when the wait is over.
   */
  enter(caller: string): () => void;
  has(caller: string): boolean;
}

export function createAwaitingCallers(): AwaitingCallers {
  const waits = new Map<string, number>();
  const change = (caller: string, by: 1 | -1): void => {
    const count = (waits.get(caller) ?? 0) + by;
    if (count > 0) waits.set(caller, count);
    else waits.delete(caller);
  };
  return {
    enter(caller) {
      change(caller, 1);
      return () => change(caller, -1);
    },
    has: (caller) => waits.has(caller),
  };
}
