import type { ShownApproval } from '#ipc/approvals.ts';
import { words } from '../words.ts';

/** `label` says what it is the name of. */
type ClaimedText = ShownApproval['agent'] & { readonly label?: string | undefined };

/** A name: in quotes and labelled when its bearer chose it (S25), and never able to turn what is next to it. */
export function Claim({ claim }: { claim: ClaimedText }) {
  return (
    <span class="claim">
      {claim.label !== undefined && `${claim.label} `}
      <bdi>{claim.claimed ? words.claimed(claim.text) : claim.text}</bdi>
    </span>
  );
}
