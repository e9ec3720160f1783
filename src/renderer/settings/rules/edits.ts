import type { Bridge, Output } from '#ipc/contract.ts';
import type { RulesEdit } from '#ipc/rules.ts';
import { call } from '../../companion.ts';
import type { Say } from '../../ui/say.tsx';
import { words } from '../../words.ts';
import { rulesWords } from './words.ts';

type Preview = Output<'rules.preview'>;

/** A change that a person has to read before it is made. */
export interface Pending {
  readonly edit: RulesEdit;
  readonly preview: Preview;
  /** What is said once it is made. */
  readonly done: string;
}

export interface Edits {
  /** Makes a change that allows no more than now; any other waits to be confirmed. */
  request(edit: RulesEdit, done?: string): Promise<void>;
  confirm(pending: Pending): Promise<void>;
  /** Takes the last change back, as long as the line with "Undo" is there. False: there is none. */
  undoLast(): boolean;
}

interface Deps {
  readonly companion: Bridge;
  readonly say: Say;
  readonly reload: () => void;
  /** Called with null when nothing waits to be confirmed any more. */
  readonly onPending: (pending: Pending | null) => void;
  readonly onWritten: (edit: RulesEdit) => void;
}

/** Uses of rules are noted in the document too, so it may move while a person reads. */
const attempts = 3;

/** As long as the line with "Undo" is there. */
const undoMs = 10_000;

/** The way of every change: look at what it means, agree where it widens, write, take back. */
export function createEdits(deps: Deps): Edits {
  const { companion, say, reload, onPending, onWritten } = deps;
  let last: { readonly handle: string; readonly untilMs: number } | null = null;
  let confirmed: Pending | null = null;
  const inTurn = createTurns();

  function finish(tell: () => void): void {
    onPending(null);
    tell();
    reload();
  }
  const failed = (message: string | null): void =>
    finish(() => say.failed(message ?? words.settings.noAnswer));

  async function undo(handle: string): Promise<void> {
    last = null;
    const reply = await call(companion, 'rules.undo', { undo: handle });
    if (reply.ok && reply.value) finish(() => say.done(words.settings.undone));
    else failed(reply.ok ? rulesWords.notUndone : reply.message);
  }

  function written(handle: string | null, { edit, done }: Pending): void {
    onWritten(edit);
    last = handle === null ? null : { handle, untilMs: performance.now() + undoMs };
    const takeBack = handle === null ? undefined : () => inTurn(() => undo(handle));
    finish(() => say.done(done, takeBack));
  }

  async function apply(pending: Pending): Promise<void> {
    const { edit, preview } = pending;
    let shown = preview;
    for (let left = attempts; left > 0; left -= 1) {
      const { baseHash, digest } = shown;
      const reply = await call(companion, 'rules.apply', { edit, baseHash, digest });
      if (!reply.ok) return failed(reply.message);
      if (reply.value.kind === 'written') return written(reply.value.undo, pending);
      const now = await call(companion, 'rules.preview', { edit });
      if (!now.ok) return failed(now.message);
      // Agreed to were these sentences and no others.
      if (!saysTheSame(preview, now.value)) break;
      shown = now.value;
    }
    failed(rulesWords.changed);
  }

  async function request(edit: RulesEdit, done: string): Promise<void> {
    const reply = await call(companion, 'rules.preview', { edit });
    if (!reply.ok) return failed(reply.message);
    const found = { edit, preview: reply.value, done };
    const { widening, changes } = found.preview;
    if (widening.length > 0 || (edit.kind === 'discard' && changes.length > 0)) onPending(found);
    // What waited is settled: there is nothing left to agree to.
    else if (edit.kind === 'confirm' || edit.kind === 'discard') reload();
    else await apply(found);
  }

  return {
    request: (edit, done = words.settings.saved) => inTurn(() => request(edit, done)),
    confirm(pending) {
      // The second press of a double click agrees to nothing else.
      if (confirmed === pending) return Promise.resolve();
      confirmed = pending;
      return inTurn(() => apply(pending));
    },
    undoLast() {
      const found = last;
      if (found === null || performance.now() > found.untilMs) return false;
      last = null;
      void inTurn(() => undo(found.handle));
      return true;
    },
  };
}

/** A change is looked at only once the one before it is made. */
function createTurns(): (task: () => Promise<void>) => Promise<void> {
  let before = Promise.resolve();
  return (task) => {
    before = before.then(task);
    return before;
  };
}

function saysTheSame(shown: Preview, now: Preview): boolean {
  const sentences = ({ changes, widening }: Preview) => JSON.stringify([changes, widening]);
  return sentences(shown) === sentences(now);
}
