import type { ShownApproval } from '#ipc/approvals.ts';
import { Fact } from '../ui/fact.tsx';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import { Details } from './details.tsx';

/** More notes than this would hide each other; the rest is under Details (ui.md §2). */
const mostNotes = 3;

interface Props {
  readonly approval: ShownApproval;
  readonly detailsOpen: boolean;
  readonly onDetails: (open: boolean) => void;
}

/** Everything that explains the command, in the order of AP-02. */
export function Facts({ approval, detailsOpen, onDetails }: Props) {
  const notes = [...approval.warnings, ...approval.risks];
  const more = notes.length - mostNotes;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
    <section class="facts" aria-label={words.details.toggle} tabIndex={0}>
      <Runs approval={approval} />
      {notes.length > 0 && (
        <ul class="notes" aria-label={words.notes.label}>
          {notes.slice(0, mostNotes).map((note) => (
            <li key={note}>
              <Icon name="caution" />
              <span>{note}</span>
            </li>
          ))}
        </ul>
      )}
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
        {detailsOpen && <Details approval={approval} notes={notes} />}
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
      <Fact label={words.facts.runs}>
        <code>{executable ?? words.facts.unknownExecutable}</code>
      </Fact>
      <Fact label={words.facts.cwd}>
        <code>{cwd ?? words.facts.unknownFolder}</code>
      </Fact>
      {env.length > 0 && (
        <Fact label={words.facts.env}>
          <code>{env.map(({ name }) => name).join(', ')}</code>
        </Fact>
      )}
    </dl>
  );
}

function Why({ approval }: { approval: ShownApproval }) {
  return (
    <dl class="why">
      <Fact label={words.facts.permissions}>{approval.permissions}</Fact>
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
