import type { ShownApproval } from '#ipc/approvals.ts';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';

type Notes = ShownApproval['notes'];

/** More risks than this would hide each other; the rest is under Details (ui.md §2). */
const mostRisks = 3;

/** Warnings stand first and do not count: whoever asks chooses the names they are about. */
const shownCount = (notes: Notes): number =>
  notes.filter(({ isWarning }) => isWarning).length + mostRisks;

export const firstNotes = (notes: Notes): Notes => notes.slice(0, shownCount(notes));
export const otherNotes = (notes: Notes): Notes => notes.slice(shownCount(notes));

interface Props {
  readonly notes: Notes;
  /** Number of the first one. */
  readonly from?: number;
  readonly label: string;
}

/** What it could do, with the numbers that the command carries: told by shape and words, then colour. */
export function NoteList({ notes, from = 1, label }: Props) {
  return (
    <ol class="notes" aria-label={label} start={from}>
      {notes.map(({ text, isPrivilege }, index) => (
        <li key={text} data-privilege={isPrivilege}>
          <Icon name={isPrivilege ? 'power' : 'caution'} />
          <span class="note-number">
            <span class="heard">{words.notes.note} </span>
            {from + index}
          </span>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}

/** Under Details, numbered on. */
export function OtherNotes({ notes }: { notes: Notes }) {
  return (
    <NoteList
      notes={otherNotes(notes)}
      from={firstNotes(notes).length + 1}
      label={words.details.notes}
    />
  );
}
