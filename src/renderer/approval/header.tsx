import type { ShownApproval } from '#ipc/approvals.ts';
import { Claim } from '../ui/claim.tsx';
import { words } from '../words.ts';
import { Countdown } from './countdown.tsx';
import { type ApprovalModel, canExtend, timeLeft } from './model.ts';

interface Props {
  readonly model: ApprovalModel;
  readonly approval: ShownApproval;
  readonly nowMs: number;
  readonly onExtend: () => unknown;
}

/** Who asks, for what, and how long there is to answer (AP-02). */
export function Header({ model, approval, nowMs, onExtend }: Props) {
  return (
    <header class="header">
      <div class="who">
        <h1>
          <bdi>{approval.title}</bdi>
        </h1>
        {approval.from.length > 0 && (
          <p class="from">
            {approval.from.map((claim, index) => (
              <span key={index}>
                {index > 0 && ' · '}
                <Claim claim={claim} />
              </span>
            ))}
          </p>
        )}
      </div>
      <div class="time">
        <Countdown wholeMs={model.wholeMs} leftMs={timeLeft(model, nowMs)} />
        {approval.canExtend && (
          // Where it is not offered it keeps its place, so that nothing moves when it is.
          <button
            type="button"
            id="keep-waiting"
            class="link"
            disabled={!canExtend(model, nowMs)}
            title={words.header.keepWaitingHint}
            onClick={() => void onExtend()}
          >
            {words.header.keepWaiting}
          </button>
        )}
      </div>
    </header>
  );
}
