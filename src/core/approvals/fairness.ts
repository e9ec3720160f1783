/**
 * Who is asked about next: first in, first out per agent, round-robin between agents (D15), so that
 * one agent's flood cannot keep another waiting (S26). Every operation takes constant time: maps
 * and sets keep insertion order, and the agent served last moves to the end.
 */
export interface FairQueue<T> {
  push(agent: string, item: T): void;
  remove(agent: string, item: T): void;
  /** Takes the next item out, or null when nothing waits. */
  shift(): T | null;
}

export function createFairQueue<T>(): FairQueue<T> {
  const waiting = new Map<string, Set<T>>();
  return {
    push(agent, item) {
      const items = waiting.get(agent);
      if (items) items.add(item);
      else waiting.set(agent, new Set([item]));
    },
    remove(agent, item) {
      const items = waiting.get(agent);
      if (items?.delete(item) && items.size === 0) waiting.delete(agent);
    },
    shift() {
      for (const [agent, items] of waiting) {
        for (const item of items) {
          items.delete(item);
          waiting.delete(agent);
          if (items.size > 0) waiting.set(agent, items);
          return item;
        }
      }
      return null;
    },
  };
}
