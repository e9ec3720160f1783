import type { ComponentType } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { SettingsSection } from '#ipc/contract.ts';
import { call } from '../companion.ts';
import { words } from '../words.ts';
import { AboutPane } from './about/pane.tsx';
import { ConnectionPane } from './connection/pane.tsx';
import { GeneralPane } from './general/pane.tsx';
import { HistoryPane } from './history/pane.tsx';
import { LogsPane } from './logs/pane.tsx';
import type { PaneProps } from './pane-props.ts';
import { PermissionsPane } from './permissions/pane.tsx';
import { RulesPane } from './rules/pane.tsx';

/** In the order of the navigation (ui.md §4). */
const panes: Readonly<Record<SettingsSection, ComponentType<PaneProps>>> = {
  approvals: HistoryPane,
  rules: RulesPane,
  permissions: PermissionsPane,
  connection: ConnectionPane,
  general: GeneralPane,
  logs: LogsPane,
  about: AboutPane,
};
const sections = Object.keys(panes) as SettingsSection[];

/** The settings window: which section it shows is part of the snapshot, as everything is. */
export function SettingsPage({ snapshot, companion }: PaneProps) {
  const section = snapshot.section ?? 'approvals';
  const Pane = panes[section];
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(section);
  useLayoutEffect(() => {
    if (shown.current === section) return;
    shown.current = section;
    // Another page: a screen reader begins at its title, as after following a link.
    title.current?.focus({ preventScroll: true });
  }, [section]);
  return (
    <div class="page settings">
      <nav class="sections" aria-label={words.settings.navigation}>
        {sections.map((name) => (
          <button
            key={name}
            id={`section-${name}`}
            type="button"
            class="section-link"
            aria-current={name === section ? 'page' : undefined}
            onClick={() =>
              void call(companion, 'windows.open', { window: 'settings', section: name })
            }
          >
            {words.settings.sections[name]}
          </button>
        ))}
      </nav>
      <main class="pane" aria-labelledby="pane-title">
        <h1 id="pane-title" ref={title} tabIndex={-1}>
          {words.settings.sections[section]}
        </h1>
        <Pane key={section} snapshot={snapshot} companion={companion} />
      </main>
    </div>
  );
}
