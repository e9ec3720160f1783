import { useLayoutEffect } from 'preact/hooks';
import type { ShownApproval } from '#ipc/approvals.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { useWantedHeight } from '../ui/wanted-height.ts';
import { words } from '../words.ts';
import { AlwaysStep } from './always-step.tsx';
import { Choice } from './choices.tsx';
import { CommandCard } from './command-card.tsx';
import type { ApprovalController } from './controller.ts';
import { Facts } from './facts.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { List } from './list.tsx';
import { type ApprovalModel, timeLeft } from './model.ts';

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
} as const satisfies Record<string, IconName>;

function focusFirst(): void {
  document.querySelector<HTMLElement>('[data-first]')?.focus({ preventScroll: true });
}

/** The approval window's page: draws the model, keeps nothing. */
export function ApprovalPage({ model, nowMs, spoken, controller }: Props) {
  useLayoutEffect(focusFirst, [model.focus]);
  useLayoutEffect(() => {
    // A grant button that had the focus was disabled again.
    if (document.activeElement?.matches(':disabled')) focusFirst();
  });
  const wanted = useWantedHeight(model.shown === null ? 'any' : 'grow');
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
  if (snapshot === null) return <p class="page blank">{words.loading}</p>;
  if (shown === null) return <Nothing model={model} onClose={controller.close} />;
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
      <Header approval={approval} leftMs={timeLeft(model, nowMs)} />
      <CommandCard
        key={model.content}
        approval={approval}
        copied={model.copied}
        onCopy={controller.copy}
        onMeasured={controller.measured}
      />
      <Explained model={model} approval={approval} onDetails={controller.setDetails} />
      <Footer model={model} approval={approval} nowMs={nowMs} controller={controller} />
    </div>
  );
}

function Explained({
  model,
  approval,
  onDetails,
}: {
  model: ApprovalModel;
  approval: ShownApproval;
  onDetails: (open: boolean) => void;
}) {
  if (model.held !== null)
    return (
      <section class="facts held">
        <Icon name={outcomeIcons[model.held.outcome]} />
        <p>{model.held.text}</p>
      </section>
    );
  if (model.step === 'always') return <AlwaysStep approval={approval} />;
  return <Facts approval={approval} detailsOpen={model.detailsOpen} onDetails={onDetails} />;
}

function Nothing({ model, onClose }: { model: ApprovalModel; onClose: () => unknown }) {
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
      <Choice id="close" kind="harmless" first onChoose={onClose}>
        {words.nothing.close}
      </Choice>
    </div>
  );
}
