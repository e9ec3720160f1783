import { useLayoutEffect } from 'preact/hooks';
import type { ShownApproval } from '#ipc/approvals.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Waits } from '../ui/waits.tsx';
import { useWantedHeight } from '../ui/wanted-height.ts';
import { words } from '../words.ts';
import { AlwaysStep } from './always-step.tsx';
import { Choice } from './choices.tsx';
import { CommandCard } from './command-card.tsx';
import type { ApprovalController } from './controller.ts';
import { AskAgain } from './expired.tsx';
import { Facts } from './facts.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { List } from './list.tsx';
import type { ApprovalModel } from './model.ts';
import { PairingPage } from './pairing.tsx';
import { pairingOf } from './pairing-model.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly nowMs: number;
  readonly spoken: string;
  readonly controller: ApprovalController;
}

const outcomeIcons = {
  allowed: 'check',
  denied: 'cross',
  expired: 'clock',
  cancelled: 'barred',
  'not-run': 'barred',
} as const satisfies Record<string, IconName>;

function focusFirst(): void {
  document.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
}

/** The approval window's page: draws the model, keeps nothing. */
export function ApprovalPage({ model, nowMs, spoken, controller }: Props) {
  useLayoutEffect(focusFirst, [model.focus]);
  useLayoutEffect(() => {
    const before = document.activeElement;
    if (!before?.matches(':disabled')) return;
    focusFirst();
    // A second press was meant for the button that is gone, and the focus is on Deny (AP-05).
    if (document.activeElement !== before) controller.standStill();
  });
  const wanted = useWantedHeight((model.shown ?? pairingOf(model)) ? 'grow' : 'any');
  return (
    <>
      <div ref={wanted} class="wanted" />
      <Content model={model} nowMs={nowMs} controller={controller} />
      <p class="heard" role="status" aria-live="polite">
        {spoken}
      </p>
    </>
  );
}

function Content({ model, nowMs, controller }: Omit<Props, 'spoken'>) {
  const { shown, snapshot } = model;
  if (snapshot === null) {
    return (
      <div class="page blank">
        <p>
          <Waits>{words.loading}</Waits>
        </p>
      </div>
    );
  }
  if (shown === null) {
    const pairing = pairingOf(model);
    if (pairing === null) return <Nothing model={model} controller={controller} />;
    return <PairingPage model={model} pairing={pairing} nowMs={nowMs} controller={controller} />;
  }
  if (model.step === 'list') return <List model={model} controller={controller} />;
  return <Question model={model} approval={shown} nowMs={nowMs} controller={controller} />;
}

function isLong({ commandChars, command }: ShownApproval): boolean {
  return commandChars > 500 || command.filter(({ kind }) => kind === 'newline').length > 8;
}

function Question({
  model,
  approval,
  nowMs,
  controller,
}: Omit<Props, 'spoken'> & { approval: ShownApproval }) {
  return (
    <div class={isLong(approval) ? 'page long' : 'page'}>
      <Header model={model} approval={approval} nowMs={nowMs} onExtend={controller.extend} />
      <CommandCard
        key={model.content}
        approval={approval}
        copied={model.copied}
        onCopy={controller.copy}
        onMeasured={controller.measured}
      />
      <Explained model={model} approval={approval} controller={controller} />
      <Footer model={model} approval={approval} nowMs={nowMs} controller={controller} />
    </div>
  );
}

function Explained({
  model,
  approval,
  controller,
}: {
  model: ApprovalModel;
  approval: ShownApproval;
  controller: ApprovalController;
}) {
  if (model.held !== null)
    return (
      <section class="facts held">
        <Icon name={outcomeIcons[model.held.outcome]} />
        <p>{model.held.text}</p>
      </section>
    );
  const { step, selection, detailsOpen } = model;
  if (step === 'always')
    return (
      <AlwaysStep
        approval={approval}
        selection={selection}
        onSelect={controller.select}
        onMeasured={controller.storedMeasured}
      />
    );
  return <Facts approval={approval} detailsOpen={detailsOpen} onDetails={controller.setDetails} />;
}

function Nothing({ model, controller }: Pick<Props, 'model' | 'controller'>) {
  const last = model.snapshot?.approvals.last;
  return (
    <div class="page blank">
      <h1>{words.nothing.title}</h1>
      {last && (
        <p class="last">
          <Icon name={outcomeIcons[last.outcome]} />
          {last.text}
        </p>
      )}
      <p class="notice" role="alert" hidden={model.notice === null}>
        {model.notice}
      </p>
      <div class="choices">
        <Choice id="close" kind="harmless" first onChoose={controller.close}>
          {words.nothing.close}
        </Choice>
        {last?.canAskAgain && <AskAgain model={model} controller={controller} />}
      </div>
    </div>
  );
}
