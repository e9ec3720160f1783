import { useMemo } from 'preact/hooks';
import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';

type Piece = ShownApproval['command'][number];

function Shown({ piece }: { piece: Piece }) {
  if (piece.kind === 'escape')
    return (
      <span class="chip" title={words.command.invisible}>
        {piece.text}
      </span>
    );
  return (
    <>
      <span class="newline" aria-hidden="true">
        ↵
      </span>
      {'\n'}
    </>
  );
}

/** The exact command (AP-03): its order on the page is the order in which it runs. */
export function CommandText({ pieces }: { pieces: readonly Piece[] }) {
  // 60 000 characters may be as many pieces: drawn once, not with every second of the countdown.
  return useMemo(
    () => (
      <code class="command-text">
        {pieces.map((piece, index) =>
          piece.kind === 'plain' ? piece.text : <Shown key={index} piece={piece} />,
        )}
      </code>
    ),
    [pieces],
  );
}
