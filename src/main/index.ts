import * as electron from 'electron';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { startDesktop } from './desktop.ts';
import { desktopOptions } from './options.ts';
import { createAppProtocol, pageSchemePrivileges } from './security/app-protocol.ts';
import { lockDown } from './security/lock-down.ts';
import { claimSingleInstance } from './single-instance.ts';

/** The desktop companion, from first instruction to running; each step is a room of its own. */

const { app, protocol } = electron;
const options = desktopOptions(process.argv, process.env);
const stateDir = resolveStateDir(options.stateDir, process.env);

const instance = claimSingleInstance(app, stateDir.root, process.argv);
if (instance !== null) {
  const serve = createAppProtocol({ root: options.pages });
  protocol.registerSchemesAsPrivileged([pageSchemePrivileges]);
  lockDown({ app, log: options.log(stateDir), packaged: app.isPackaged, serve });
  // A rebuilt page may be the last window for a moment; only Quit ends us.
  app.on('window-all-closed', () => undefined);
  app
    .whenReady()
    .then(() => startDesktop({ electron, instance, options, stateDir }))
    .catch((error: unknown) => options.fail(error));
}
