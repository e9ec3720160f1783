import { join } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import { createExecServer } from '#host/sockets/exec-server.ts';
import { createNonceCache } from '#host/sockets/nonce-cache.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';

/**
 * An exec socket server in a process of its own, told what to do over the IPC channel:
 * `start` and `stop`, each answered with the outcome. Arguments: folder, token.
 */
const [dir = '', token = ''] = process.argv.slice(2);
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

const server = createExecServer({
  path: join(dir, 'exec-approvals.sock'),
  token: () => token,
  execute: () =>
    Promise.resolve({
      ok: true,
      payload: {
        exitCode: 0,
        timedOut: false,
        success: true,
        stdout: String(process.pid),
        stderr: '',
      },
    }),
  prompt: () => Promise.resolve(null),
  nonces: createNonceCache({
    path: join(dir, 'exec-nonces.json'),
    clock: systemClock,
    hasher: systemHasher,
    log,
  }),
  clock: systemClock,
  ids: systemIds,
  log,
});

process.on('message', (operation) => {
  const task = operation === 'start' ? server.start() : server.stop();
  task.then(
    () => process.send?.({ outcome: 'done' }),
    (error: unknown) => {
      const { code, message } =
        error instanceof CompanionError ? error : { code: 'none', message: String(error) };
      process.send?.({ outcome: code, message });
    },
  );
});
process.send?.({ outcome: 'ready' });
