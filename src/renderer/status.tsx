import { render } from 'preact';
import { call, followSnapshots } from './companion.ts';
import { StatusPage } from './status/page.tsx';

const root = document.getElementById('app');
if (root) {
  const { companion } = window;
  followSnapshots(companion, (snapshot) =>
    render(<StatusPage snapshot={snapshot} companion={companion} />, root),
  );
  // The popover goes away as it came: with one key, and without any effect.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.repeat) void call(companion, 'windows.close', null);
  });
}
