import * as electron from 'electron';
import { resolveStateDir } from '#host/store/state-dir.ts';
import { systemClock as clock } from '#host/system.ts';
import { startDesktop } from './desktop.ts';
import { endInOrder } from './ending.ts';
import { desktopOptions } from './options.ts';
import { createAppProtocol, pageSchemePrivileges } from './security/app-protocol.ts';
import { lockDown } from './security/lock-down.ts';
import { claimSingleInstance } from './single-instance.ts';
import { endFailedStart } from './start-failure.ts';

/** The desktop companion, from first instruction to running; each step is a room of its own. */

const { app, dialog, protocol } = electron;
const options = desktopOptions(process.argv, process.env);
const stateDir = resolveStateDir(options.stateDir, process.env);
const lastWords = () => options.lastWords(stateDir);
const ending = endInOrder({ app, process, clock, log: lastWords });

/** Up to its first `await` it runs before Electron is ready, as the first steps have to. */
async function start(): Promise<void> {
  const instance = claimSingleInstance(app, stateDir.root, process.argv);
  if (instance === null) return;
  const serve = createAppProtocol({ root: options.pages });
  protocol.registerSchemesAsPrivileged([pageSchemePrivileges]);
  lockDown({ app, log: options.log(stateDir), packaged: app.isPackaged, serve });
  // A rebuilt page may be the last window for a moment; only Quit ends us.
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
  await startDesktop({ electron, instance, options, stateDir, ending });
}

start().catch((error: unknown) =>
  endFailedStart(error, { app, dialog, log: lastWords(), logPath: stateDir.log }),
);
