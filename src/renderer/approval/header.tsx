import type { ShownApproval } from '#ipc/approvals.ts';
import { Claim } from '../ui/claim.tsx';
import { Countdown } from './countdown.tsx';

/** Who asks, for what, and how long there is to answer (AP-02). */
export function Header({ approval, leftMs }: { approval: ShownApproval; leftMs: number | null }) {
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
      <Countdown approval={approval} leftMs={leftMs} />
    </header>
  );
}
