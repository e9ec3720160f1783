import type { Bridge, Snapshot } from '#ipc/contract.ts';

/** What every pane of the settings window gets. */
export interface PaneProps {
  readonly snapshot: Snapshot;
  readonly companion: Bridge;
}
