import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The process that looks back also runs the Gateway: a question that has to read much reads for a
 * moment, lets everybody else have their turn, and goes on.
 */

/** Ms after which others come first. A piece that was begun is finished, so turns are a bit longer. */
const turnMs = 8;

/**
 * Calls `turn`, which works until it is done or `isOver`, until it returns true: done.
 * @throws the reason of `signal` when that says stop.
 */
export async function inTurns(
  turn: (isOver: () => boolean) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const endMs = performance.now() + turnMs;
    if (turn(() => performance.now() >= endMs)) return;
    await nextTurn();
  }
}
