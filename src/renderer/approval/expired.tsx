import { words } from '../words.ts';
import { Choice } from './choices.tsx';
import type { ApprovalController } from './controller.ts';
import { type ApprovalModel, canAskAgain } from './model.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly controller: ApprovalController;
}

/** In the place of the answers, after a question expired: neither of them runs anything. */
export function ExpiredChoices({ model, controller }: Props) {
  return (
    <div class="choices">
      <Choice id="close" kind="harmless" first onChoose={controller.close}>
        {words.nothing.close}
      </Choice>
      <span class="gap" />
      <AskAgain model={model} controller={controller} />
    </div>
  );
}

export function AskAgain({ model, controller }: Props) {
  return (
    <Choice
      id="ask-again"
      kind="harmless"
      inert={!canAskAgain(model)}
      hint={words.askAgain.hint}
      onChoose={controller.askAgain}
    >
      {words.askAgain.button}
    </Choice>
  );
}
