import { thisMachine } from '../../scripts/desktop-runtime.ts';
import { startCompanion } from '../../scripts/start-companion.ts';

/**
 * `npm start` for a person who is not root (root never gets a window) and has no Electron installed,
 * whatever is true of who runs the tests.
 */
const machine = { ...thisMachine, uid: 1_000, dist: '/nowhere' };
startCompanion(machine, process.argv.slice(2));
