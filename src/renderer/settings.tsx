import { render } from 'preact';
import { call, followSnapshots } from './companion.ts';
import { SettingsPage } from './settings/page.tsx';
import { SayProvider } from './ui/say.tsx';

const root = document.getElementById('app');
if (root) {
  const { companion } = window;
  followSnapshots(companion, (snapshot) =>
    render(
      <SayProvider>
        <SettingsPage snapshot={snapshot} companion={companion} />
      </SayProvider>,
      root,
    ),
  );
  document.addEventListener('keydown', (event) => {
    const isClose = event.key === 'w' && (event.metaKey || event.ctrlKey);
    if (isClose && !event.repeat) void call(companion, 'windows.close', null);
  });
}
