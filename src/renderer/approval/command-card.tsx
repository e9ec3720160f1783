import type { ShownApproval } from '#ipc/approvals.ts';
import { CommandText } from '../ui/command-text.tsx';
import { Icon } from '../ui/icons.tsx';
import { words } from '../words.ts';
import type { Extent } from './reading.ts';
import { useMeasured } from './use-measured.ts';

/** From how many characters on the length is shown: below, all of it fits a glance. */
const longChars = 1_000;

interface Props {
  readonly approval: ShownApproval;
  readonly copied: boolean | null;
  readonly onCopy: () => void;
  /** Told what part of the command is in view, whenever that changes. */
  readonly onMeasured: (extent: Extent) => void;
}

/** Belongs to one text: another one gets a card of its own, which begins at the top. */
export function CommandCard({ approval, copied, onCopy, onMeasured }: Props) {
  const { box, measure } = useMeasured(onMeasured);
  const copyLabel = copied === null ? words.command.copy : copiedText(copied);
  return (
    <div class="card">
      <section
        ref={box}
        class="command"
        aria-label={words.command.label(approval.commandChars)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls needs the keyboard
        tabIndex={0}
        onScroll={measure}
      >
        <CommandText pieces={approval.command} notes={approval.notes} />
      </section>
      <div class="card-side">
        <button type="button" id="copy" class="icon-button" title={copyLabel} onClick={onCopy}>
          <Icon name={copied === true ? 'check' : 'copy'} />
          <span class="heard">{copyLabel}</span>
        </button>
      </div>
      {approval.commandChars > longChars && (
        <p class="length">{words.command.characters(approval.commandChars)}</p>
      )}
    </div>
  );
}

function copiedText(copied: boolean): string {
  return copied ? words.command.copied : words.command.notCopied;
}
