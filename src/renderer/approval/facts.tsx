import type { ShownApproval } from '#ipc/approvals.ts';
import { Fact } from '../ui/fact.tsx';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import { Details } from './details.tsx';
import { firstNotes, NoteList, otherNotes } from './notes.tsx';

interface Props {
  readonly approval: ShownApproval;
  readonly detailsOpen: boolean;
  readonly onDetails: (open: boolean) => void;
}

/** Everything that explains the command, in the order of AP-02. */
export function Facts({ approval, detailsOpen, onDetails }: Props) {
  const { notes } = approval;
  const more = otherNotes(notes).length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
    <section class="facts" aria-label={words.details.toggle} tabIndex={0}>
      <Runs approval={approval} />
      {notes.length > 0 && <NoteList notes={firstNotes(notes)} label={words.notes.label} />}
      {more > 0 && (
        <button
          type="button"
          id="more-notes"
          class="link facts-link"
          onClick={() => onDetails(true)}
        >
          {words.notes.more(more)}
        </button>
      )}
      <Why approval={approval} />
      <button
        type="button"
        id="details"
        class="link facts-link"
        aria-expanded={detailsOpen}
        aria-controls="details-content"
        onClick={() => onDetails(!detailsOpen)}
      >
        <Icon name={detailsOpen ? 'opened' : 'closed'} />
        {words.details.toggle}
      </button>
      <div id="details-content" hidden={!detailsOpen}>
        {detailsOpen && <Details approval={approval} />}
      </div>
    </section>
  );
}

/** What runs, where, with which variables; a change of policy runs nothing. */
export function Runs({ approval }: { approval: ShownApproval }) {
  const { kind, executable, cwd, env } = approval;
  if (kind === 'policy-change') return null;
  return (
    <dl class="runs">
      <Long label={words.facts.runs} text={executable} unknown={words.facts.unknownExecutable} />
      <Long label={words.facts.cwd} text={cwd} unknown={words.facts.unknownFolder} />
      {env.length > 0 && (
        <Long label={words.facts.env} text={env.map(({ name }) => name).join(', ')} />
      )}
    </dl>
  );
}

/** Fits without scrolling, whatever the letters. */
const shortChars = 80;

interface LongProps {
  readonly label: string;
  readonly text: string | null;
  /** Said in its place; our own words do not look like data. */
  readonly unknown?: string;
}

/** A text that the asker may have chosen: it scrolls, and pushes nothing out of sight (AP-03). */
function Long({ label, text, unknown }: LongProps) {
  if (text === null) return <Fact label={label}>{unknown}</Fact>;
  return (
    <Fact label={label}>
      <code class="bounded" tabIndex={text.length > shortChars ? 0 : undefined}>
        {text}
      </code>
    </Fact>
  );
}

function Why({ approval }: { approval: ShownApproval }) {
  return (
    <dl class="why">
      <Fact label={words.facts.how}>{words.facts.sentence(approval.permissions)}</Fact>
      <Fact label={words.facts.why}>
        {approval.why}
        {!approval.canAlways && approval.onceBecause === null && ` ${words.facts.once}`}
      </Fact>
      {approval.count > 1 && (
        <Fact label={words.facts.count}>{words.facts.identical(approval.count)}</Fact>
      )}
    </dl>
  );
}
