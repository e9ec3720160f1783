import { findDesktopRuntime, thisMachine } from './desktop-runtime.ts';
import { runTool } from './run-tool.ts';

/**
 * `npm run test:electron`: the desktop app in a real Electron. Where none can run, one line says so,
 * and nothing counts as passed (D11).
 */
const runtime = findDesktopRuntime(thisMachine);
if ('missing' in runtime) {
  console.log(`NOT RUN: ${runtime.missing}.`);
} else {
  const built =
    runTool('vite', ['build', '--logLevel', 'warn']) ||
    runTool('electron-vite', ['build', '--logLevel', 'warn']);
  process.exitCode =
    built ||
    runTool('vitest', ['run', '--config', 'test/electron/vitest.config.ts'], {
      OPENCLAW_TEST_ELECTRON: runtime.electron,
    });
}
