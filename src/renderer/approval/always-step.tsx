import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';
import { Offer, Radios } from './always-choices.tsx';
import type { Extent } from './reading.ts';
import { type Selection, storedSentences, withScope } from './selection.ts';
import { useMeasured } from './use-measured.ts';

interface Props {
  readonly approval: ShownApproval;
  /** Null where the rule is not ours. */
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
  /** Told what part of the words of what is stored is in view. */
  readonly onMeasured: (extent: Extent) => void;
}

/** Second step of "always" (AP-12): what is stored is chosen here, and told word for word. */
export function AlwaysStep({ approval, selection, onSelect, onMeasured }: Props) {
  if (selection === null) return <Foreign approval={approval} onMeasured={onMeasured} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard */}
      <section class="facts always" aria-labelledby="always-title" tabIndex={0}>
        <h2 id="always-title">{words.always.title}</h2>
        <Terms approval={approval} selection={selection} onSelect={onSelect} />
      </section>
      <Stored approval={approval} selection={selection} onMeasured={onMeasured} />
    </>
  );
}

/** A rule that the program that asks keeps itself. */
function Foreign({ approval, onMeasured }: Pick<Props, 'approval' | 'onMeasured'>) {
  const { box, measure } = useMeasured(onMeasured);
  return (
    <section
      ref={box}
      class="facts always"
      aria-labelledby="always-title"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
      tabIndex={0}
      onScroll={measure}
    >
      <h2 id="always-title">{words.always.title}</h2>
      <p>{words.always.lead(approval.always.length)}</p>
      <Rules sentences={approval.always} />
    </section>
  );
}

const spans = Object.keys(words.always.lasts) as Selection['lasts'][];

type Chosen = Omit<Props, 'selection'> & { readonly selection: Selection };

/** What, for how long, and for whom. */
function Terms({ approval, selection, onSelect }: Omit<Chosen, 'onMeasured'>) {
  const { always } = words;
  const agents = { this: always.oneAgent(agentOf(approval)), every: always.everyAgent } as const;
  return (
    <>
      {approval.offers.map((offer, at) => (
        <Offer
          key={offer.command}
          name={`offer-${at}`}
          offer={offer}
          scope={selection.scopes[at] ?? null}
          alone={approval.offers.length === 1}
          onScope={(scope) => onSelect(withScope(selection, at, scope))}
        />
      ))}
      <Radios
        name="lasts"
        legend={always.for}
        options={spans.map((value) => ({ value, text: always.lasts[value].choice }))}
        value={selection.lasts}
        onValue={(lasts) => onSelect({ ...selection, lasts })}
      />
      <Radios
        name="agent"
        legend={always.agent}
        options={(['this', 'every'] as const).map((value) => ({ value, text: agents[value] }))}
        value={selection.everyAgent ? 'every' : 'this'}
        onValue={(value) => onSelect({ ...selection, everyAgent: value === 'every' })}
      />
    </>
  );
}

const agentOf = ({ ruleAgent, agent }: ShownApproval): string => ruleAgent ?? agent.text;

/** Always in view, so that nobody saves what was not in front of them. */
function Stored({ approval, selection, onMeasured }: Omit<Chosen, 'onSelect'>) {
  const { always } = words;
  const sentences = storedSentences(approval, selection);
  const { box, measure } = useMeasured(onMeasured, JSON.stringify(selection));
  const whom = selection.everyAgent ? always.everyAgent : always.oneAgent(agentOf(approval));
  return (
    <section
      ref={box}
      class="stored"
      aria-label={always.rules}
      aria-live="polite"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
      tabIndex={0}
      onScroll={measure}
    >
      {sentences.length === 0 ? (
        <p>{always.nothing}</p>
      ) : (
        <p>
          {always.storedFor} <bdi>{whom}</bdi>, {always.lasts[selection.lasts].told}:
        </p>
      )}
      <Rules sentences={sentences} />
    </section>
  );
}

function Rules({ sentences }: { sentences: readonly string[] }) {
  return (
    <ul class="rules">
      {sentences.map((sentence) => (
        <li key={sentence}>
          <bdi>{sentence}</bdi>
        </li>
      ))}
    </ul>
  );
}
