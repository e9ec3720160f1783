import { render } from 'preact';
import { createApprovalController } from './approval/controller.ts';
import { attachGuard } from './approval/guard.ts';
import { ApprovalPage } from './approval/page.tsx';

const root = document.getElementById('app');
if (root) {
  const controller = createApprovalController({
    bridge: window.companion,
    now: () => performance.now(),
    isHidden: () => document.hidden,
    draw: (model, nowMs, spoken) =>
      render(
        <ApprovalPage model={model} nowMs={nowMs} spoken={spoken} controller={controller} />,
        root,
      ),
  });
  attachGuard(controller);
  controller.start();
}
