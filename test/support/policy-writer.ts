import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openPolicyStore } from '#host/store/approvals-store.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';

/**
 * A process that grants rules for ever and prints the id of each one after it was acknowledged.
 * Made to be killed: `node policy-writer.ts DIR`.
 */
const [, , dir = ''] = process.argv;
const quiet = () => {};
const store = await openPolicyStore({
  path: join(dir, 'exec-approvals.json'),
  socketPath: join(dir, 'exec-approvals.sock'),
  clock: systemClock,
  ids: systemIds,
  hasher: systemHasher,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
});
writeSync(1, 'open\n');
for (let n = 0; ; n += 1) {
  const pattern = `/bin/tool-${process.pid}-${n}`;
  const rule = { pattern, argPattern: 'x', cwd: '/work', expiresAt: null, contentSha256: null };
  const [id = ''] = await store.addRules('main', [{ ...rule, sentence: '' }]);
  writeSync(1, `${id}\n`);
}
