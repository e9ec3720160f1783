import type { Clock, Hasher, Ids, Logger, Notification } from '#core/ports.ts';
import type { Companion } from '#host/companion.ts';
import { version } from '#host/version.ts';
import type { SettingsSection } from '#ipc/contract.ts';
import type { Permissions } from '../permissions/permissions.ts';
import type { AppWindows } from '../windows/app-windows.ts';
import { shareWindow } from '../windows/shared-window.ts';
import { followNodeNames, type NodeNames } from './node-names.ts';
import { createPairingPrompts, type PairingPrompts } from './pairing-prompts.ts';
import { createSettingsView, type SettingsView } from './settings-view.ts';
import { createSnapshots, type Snapshots } from './snapshot.ts';
import { createToast, type Toast } from './toast.ts';
import { createWindowPresenter, type WindowPresenter } from './window-presenter.ts';

export interface ShownStateDeps {
  readonly companion: Companion;
  readonly permissions: Pick<Permissions, 'ofCommands'>;
  readonly windows: Pick<AppWindows, 'approval' | 'settings' | 'toast'>;
  /** Shows a notification; it only announces (AP-14). */
  readonly announce: (notification: Notification) => Promise<void>;
  /** Name of the person at this computer, for the audit. */
  readonly who: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/** Everything that is shown somewhere, and the whole of it as snapshots. */
export interface ShownState {
  readonly presenter: WindowPresenter;
  readonly prompts: PairingPrompts;
  readonly toast: Toast;
  readonly settingsView: SettingsView;
  readonly nodeNames: NodeNames;
  readonly snapshots: Snapshots;
  /** Begins to ask, and to tell what changes. */
  start(): void;
  /** Nobody can see the screen: no question is shown or announced until it is over (AP-10). */
  setAway(isAway: boolean): void;
  /** Prompters first: a closing window decides nothing. */
  close(): void;
}

export function openShownState(deps: ShownStateDeps): ShownState {
  const { companion, windows } = deps;
  const { askAgain, desk, pairing, connection } = companion;
  const changed = (): void => snapshots.changed();
  const shared = { ...deps, changed };
  const share = shareWindow(windows.approval);
  const here = { nodeId: companion.status().nodeId, permissions: deps.permissions.ofCommands };
  const presenter = createWindowPresenter({ ...shared, desk, askAgain, here, shell: share() });
  const prompts = createPairingPrompts({ ...shared, pairing, shell: share() });
  const toast = createToast({ ...shared, shell: windows.toast });
  const settingsView = createSettingsView({
    ...shared,
    window: windows.settings,
    lookAhead: (section) => void countAhead(companion, section),
  });
  const nodeNames = followNodeNames({ ...shared, connection });
  const snapshots: Snapshots = createSnapshots({
    ...deps,
    version,
    approvals: () => presenter.state(),
    isWindowBroken: () => presenter.isBroken(),
    pairing: () => prompts.state(),
    status: companion.status,
    audit: companion.audit,
    running: companion.running,
    activity: () => companion.activity.list(),
    shown: () => ({ section: settingsView.section(), toast: toast.current() }),
    marks: () => marksOf(companion),
  });
  let unfollow = (): void => undefined;
  return {
    presenter,
    prompts,
    toast,
    settingsView,
    nodeNames,
    snapshots,
    start() {
      unfollow = follow(companion, snapshots);
      presenter.start();
      prompts.start();
    },
    setAway(isAway) {
      presenter.setAway(isAway);
      prompts.setAway(isAway);
    },
    close() {
      presenter.close();
      prompts.close();
      toast.close();
      unfollow();
      nodeNames.close();
      snapshots.close();
    },
  };
}

/** A person looks at some of it, busy agents make the rest: that is told a few times a second. */
function follow(companion: Companion, snapshots: Snapshots): () => void {
  const changed = (): void => snapshots.changed();
  const decided = (): void => snapshots.decided();
  const stops = [
    companion.standstill.onChange(changed),
    companion.onConnection(changed),
    companion.connection.onChange(decided),
    companion.policy.onChange(decided),
    companion.activity.onChange(decided),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What the page of a section asks for first, begun while it loads: by then the rows are counted. */
async function countAhead({ history }: Companion, section: SettingsSection): Promise<void> {
  try {
    if (section === 'approvals') await history.summary({});
    if (section === 'rules') history.usesOfRules();
  } catch {
    // The page asks again, and is told why.
  }
}

/** Pages that show one of these ask for it again when its mark has changed. */
function marksOf({ history, policy, connection }: Companion) {
  return { history: history.mark(), rules: policy.hash(), connection: connection.mark() };
}
