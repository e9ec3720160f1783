import type { Clock, Ids } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';

/** An edit of the policy that can be taken back, and what it did. */
interface DoneEdit {
  readonly before: ApprovalsDocument;
  readonly after: ApprovalsDocument;
}

/** The last edits, by handles that nobody can guess. In memory only: a restart forgets them. */
export interface UndoMemory {
  keep(done: DoneEdit): string;
  /** Null when it was taken back, or is no longer one of the last. */
  find(handle: string): DoneEdit | null;
  drop(handle: string): void;
}

const mostKept = 20;
const keptMs = 10 * 60_000;
const handleBytes = 16;

export function createUndoMemory({
  clock,
  ids,
}: {
  readonly clock: Clock;
  readonly ids: Ids;
}): UndoMemory {
  const kept = new Map<string, DoneEdit & { readonly untilMs: number }>();
  const forget = (): void => {
    const nowMs = clock.now();
    for (const [handle, { untilMs }] of kept) if (untilMs <= nowMs) kept.delete(handle);
    for (const handle of kept.keys()) if (kept.size > mostKept) kept.delete(handle);
  };
  return {
    keep(done) {
      const handle = ids.token(handleBytes);
      kept.set(handle, { ...done, untilMs: clock.now() + keptMs });
      forget();
      return handle;
    },
    find(handle) {
      forget();
      return kept.get(handle) ?? null;
    },
    drop: (handle) => void kept.delete(handle),
  };
}
