import { cwdArgvPattern } from '#core/policy/arg-pattern.ts';
import type { ProposedRule } from '#core/policy/types.ts';
import { openPolicyStore } from '#host/store/approvals-store.ts';
import { resolveStateDir, type StateDir } from '#host/store/state-dir.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import { busyEntry, fillAudit } from '#support/audit-history.ts';

const rules = 1_000;
const rows = 100_000;
const minute = 60_000;

/** Makes a state directory as after months with busy agents; no companion may run in it. */
export async function prepareBusyState(folder: string): Promise<void> {
  const stateDir = resolveStateDir(folder, {});
  const ids = await grantRules(stateDir);
  const startMs = Date.now() - rows * minute;
  fillAudit(stateDir.audit, rows, (index) => {
    const entry = busyEntry(index, startMs);
    const isByRule = entry.decidedBy === 'rule';
    return isByRule ? { ...entry, ruleId: ids[index % ids.length] ?? null } : entry;
  });
}

/** In force, as if a person had answered "always" so many times. @returns their ids. */
async function grantRules({ approvals, execSocket }: StateDir): Promise<readonly string[]> {
  const silent = () => undefined;
  const store = await openPolicyStore({
    path: approvals,
    socketPath: execSocket,
    clock: systemClock,
    ids: systemIds,
    hasher: systemHasher,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  try {
    return await store.addRules(
      'main',
      Array.from({ length: rules }, (_, at) => ruleAt(at)),
    );
  } finally {
    await store.close();
  }
}

/** Every second one for these arguments in this folder, the others for any arguments. */
function ruleAt(at: number): ProposedRule {
  const program = { pattern: `/usr/bin/tool-${at}`, expiresAt: null, contentSha256: null };
  const cwd = `/home/ann/code/project-${at % 50}`;
  const args = ['run', 'build', '--workspace', `packages/part-${at}`];
  const sentence = `Allow /usr/bin/tool-${at} in ${cwd}`;
  if (at % 2 === 0) return { ...program, argPattern: null, cwd, sentence };
  return { ...program, argPattern: cwdArgvPattern(cwd, args, systemHasher), cwd, args, sentence };
}
