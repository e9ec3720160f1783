import type { ShownPairing } from '#ipc/pairing.ts';
import { Claim } from '../ui/claim.tsx';
import { Fact } from '../ui/fact.tsx';
import { Choice, GrantChoice } from './choices.tsx';
import type { ApprovalController } from './controller.ts';
import type { ApprovalModel } from './model.ts';
import { canApprove } from './pairing-model.ts';
import { pairingWords as words } from './pairing-words.ts';
import { useMeasured } from './use-measured.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly pairing: ShownPairing;
  readonly nowMs: number;
  readonly controller: ApprovalController;
}

/** Who wants to be let in (app-features §9): nothing approves by default, Later answers nothing. */
export function PairingPage({ model, pairing, nowMs, controller }: Props) {
  return (
    <div class="page pairing">
      <header class="header">
        <div class="who">
          <h1>{pairing.title}</h1>
          <p class="from">{words.lead}</p>
        </div>
      </header>
      <Explained key={model.content} pairing={pairing} onMeasured={controller.measured} />
      <Footer model={model} pairing={pairing} nowMs={nowMs} controller={controller} />
    </div>
  );
}

/** Belongs to one request: another one begins at the top. */
function Explained({
  pairing,
  onMeasured,
}: {
  pairing: ShownPairing;
  onMeasured: ApprovalController['measured'];
}) {
  const { box, measure } = useMeasured(onMeasured);
  return (
    <section
      ref={box}
      class="facts"
      aria-label={words.who}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
      tabIndex={0}
      onScroll={measure}
    >
      <dl class="who-facts">
        {pairing.facts.map(({ label, text, claimed }) => (
          <Fact key={label} label={label}>
            <Claim claim={{ text, claimed }} />
          </Fact>
        ))}
      </dl>
      <ul class="means" aria-label={words.means}>
        {pairing.means.map((sentence) => (
          <li key={sentence}>
            <bdi>{sentence}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Footer({ model, nowMs, controller }: Props) {
  const { notice, reading, sending, arming, snapshot } = model;
  const waiting = snapshot?.pairing.waiting.length ?? 0;
  return (
    <footer class="footer">
      <p class="notice" role="alert" hidden={notice === null}>
        {notice}
      </p>
      {!reading.done && <p class="unread">{words.scroll}</p>}
      <div class="choices">
        <Choice
          id="later"
          kind="harmless"
          first
          inert={sending}
          hint={words.laterHint}
          onChoose={() => controller.pair('later')}
        >
          {words.later}
        </Choice>
        <Choice id="reject" kind="deny" inert={sending} onChoose={() => controller.pair('reject')}>
          {words.reject}
        </Choice>
        <span class="gap" />
        <GrantChoice
          id="approve"
          epoch={arming.epoch}
          enabled={canApprove(model, nowMs)}
          onChoose={() => controller.pair('approve')}
        >
          {words.approve}
        </GrantChoice>
      </div>
      <div class="queue">{waiting > 1 && <span>{words.queue(waiting)}</span>}</div>
    </footer>
  );
}
