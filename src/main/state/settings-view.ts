import type { SettingsSection } from '#ipc/contract.ts';

/** Which section the settings window shows: part of the snapshot, so that anybody may lead there. */
export interface SettingsView {
  section(): SettingsSection | null;
  /** Without a section: where it was left. */
  open(section?: SettingsSection): void;
}

export function createSettingsView(deps: {
  readonly window: { show(): void };
  readonly changed: () => void;
  /** Begins what the section needs while its page is still loading. */
  readonly lookAhead: (section: SettingsSection) => void;
}): SettingsView {
  let section: SettingsSection | null = null;
  return {
    section: () => section,
    open(wanted) {
      if (wanted !== undefined) section = wanted;
      // First the text: else the window would come up with another section.
      deps.changed();
      deps.window.show();
      deps.lookAhead(section ?? 'approvals');
    },
  };
}
