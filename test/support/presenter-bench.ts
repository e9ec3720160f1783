import { createWindowPresenter, type WindowPresenterDeps } from '#main/state/window-presenter.ts';
import { here } from './approvals.ts';

type Given = Pick<WindowPresenterDeps, 'desk' | 'clock' | 'log'> &
  Partial<Pick<WindowPresenterDeps, 'askAgain' | 'announce' | 'who'>>;

/** The presenter of a window that is looked at: whether it is up, how often it came up, and changes. */
export function startPresenter(given: Given) {
  const window = { visible: false, shows: 0 };
  const changes = { count: 0 };
  const presenter = createWindowPresenter({
    here,
    shell: {
      show() {
        window.visible = true;
        window.shows += 1;
      },
      hide() {
        window.visible = false;
      },
    },
    askAgain: () => Promise.resolve(false),
    announce: () => Promise.resolve(),
    who: 'ada',
    changed: () => {
      changes.count += 1;
    },
    ...given,
  });
  presenter.start();
  return { presenter, window, changes };
}
