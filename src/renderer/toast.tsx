import { render } from 'preact';
import { call, followSnapshots } from './companion.ts';
import { ToastPage } from './toast/page.tsx';

const root = document.getElementById('app');
if (root) {
  const { companion } = window;
  followSnapshots(companion, ({ toast }) =>
    render(
      <ToastPage toast={toast} onDismiss={() => call(companion, 'windows.close', null)} />,
      root,
    ),
  );
}
