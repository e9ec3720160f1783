import { useMemo } from 'preact/hooks';
import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';

type Piece = ShownApproval['command'][number];
type Notes = ShownApproval['notes'];

function Shown({ piece }: { piece: Piece }) {
  switch (piece.kind) {
    case 'plain':
      return <>{piece.text}</>;
    case 'escape':
      return (
        <span class="chip" title={words.command.invisible}>
          {piece.text}
        </span>
      );
    case 'newline':
      return (
        <>
          <span class="newline" aria-hidden="true">
            ↵
          </span>
          {'\n'}
        </>
      );
  }
}

interface MarkedProps {
  readonly piece: Piece;
  readonly numbers: readonly number[];
  readonly isPrivilege: boolean;
  /** The words end here. */
  readonly isEnd: boolean;
}

/** Words that notes speak of. Their numbers are no text: nobody copies them with the command. */
function Marked({ piece, numbers, isPrivilege, isEnd }: MarkedProps) {
  return (
    <span class="marked" data-privilege={isPrivilege}>
      <span class="marked-text">
        <Shown piece={piece} />
      </span>
      {isEnd && (
        <sup
          class="mark"
          data-numbers={numbers.join(',')}
          data-spoken={words.notes.spoken(numbers)}
        />
      )}
    </span>
  );
}

function draw(pieces: readonly Piece[], notes: Notes) {
  return pieces.map((piece, index) => {
    const { notes: numbers = [] } = piece;
    if (numbers.length === 0)
      return piece.kind === 'plain' ? piece.text : <Shown key={index} piece={piece} />;
    return (
      <Marked
        key={index}
        piece={piece}
        numbers={numbers}
        isPrivilege={numbers.some((number) => notes[number - 1]?.isPrivilege)}
        isEnd={pieces[index + 1]?.notes?.join() !== numbers.join()}
      />
    );
  });
}

const noNotes: Notes = [];

interface Props {
  readonly pieces: readonly Piece[];
  /** What the numbers in the pieces mean. */
  readonly notes?: Notes;
}

/** The exact command (AP-03): its order on the page is the order in which it runs. */
export function CommandText({ pieces, notes = noNotes }: Props) {
  // 60 000 characters may be as many pieces: drawn once, not with every second of the countdown.
  return useMemo(() => <code class="command-text">{draw(pieces, notes)}</code>, [pieces, notes]);
}
