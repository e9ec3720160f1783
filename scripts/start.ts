import { thisMachine } from './desktop-runtime.ts';
import { startCompanion } from './start-companion.ts';

/** `npm start [-- ARGS]`: the desktop companion where it can run, else the headless one (D11). */
startCompanion(thisMachine, process.argv.slice(2));
