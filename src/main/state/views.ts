import type { PendingApproval } from '#core/approvals/types.ts';
import type { ShownApproval } from '#ipc/approvals.ts';

/** Questions in view never change, so most of a snapshot is made once. */
export function createViews(
  make: (approval: PendingApproval) => ShownApproval,
): (approval: PendingApproval) => ShownApproval {
  const made = new WeakMap<PendingApproval, ShownApproval>();
  return (approval) => {
    const known = made.get(approval);
    if (known) return known;
    const view = make(approval);
    made.set(approval, view);
    return view;
  };
}
