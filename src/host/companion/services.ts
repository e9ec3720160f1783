import { homedir } from 'node:os';
import { type ApprovalQueue, createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { AuditLog } from '#core/ports.ts';
import { openAuditLog } from '../audit/audit-log.ts';
import { createPauseAudit } from '../audit/pause-audit.ts';
import type { Cleanup } from '../cleanup.ts';
import { auditedDesk } from '../exec/audited-desk.ts';
import { type ConfirmWidening, createConfirmWidening } from '../exec/confirm-widening.ts';
import { createExecHost, type ExecHost } from '../exec/exec-host.ts';
import { createExplain, type ExplainFn } from '../exec/explain.ts';
import { adoptOrphans } from '../exec/orphans.ts';
import { createPathProbe } from '../exec/path-probe.ts';
import { createCommandRunner, type LocalCommandRunner } from '../exec/runner.ts';
import { ownSearchPath } from '../exec/search-path.ts';
import { createApprovalGrants, type GrantBook } from '../gateway/approval-grants.ts';
import { createSkillBins, type SkillBins } from '../node/skill-bins.ts';
import { createDescendantCheck, type DescentCheck } from '../sockets/ancestry.ts';
import { loadNative } from '../sockets/native.ts';
import { systemProcessLookup } from '../sockets/process-table.ts';
import { type CompanionPolicyStore, openPolicyStore } from '../store/approvals-store.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import type { CompanionOptions } from './types.ts';

/** The parts that decide and run; no wire of any kind yet. */
export interface Services {
  readonly policy: CompanionPolicyStore;
  readonly audit: AuditLog;
  readonly queue: ApprovalQueue;
  /** The queue, with every answer written down. */
  readonly desk: ApprovalDesk;
  readonly grants: GrantBook;
  /** Empty until it follows a connection. */
  readonly skillBins: SkillBins;
  readonly confirmWidening: ConfirmWidening;
  readonly searchPath: string;
  readonly runner: LocalCommandRunner;
  /** Tells commands of ours and what they started from everybody else (D12). */
  readonly descent: DescentCheck;
  readonly execHost: ExecHost;
  readonly explain: ExplainFn;
}

export async function openServices(options: CompanionOptions, cleanup: Cleanup): Promise<Services> {
  const { stateDir, config, env, log } = options;
  const shared = { clock, ids, hasher, log };
  const policy = await openPolicyStore({
    path: stateDir.approvals,
    socketPath: stateDir.execSocket,
    ...shared,
  });
  cleanup.add('policy', () => policy.close());
  const history = openAuditLog({ path: stateDir.audit, log });
  cleanup.add('audit', () => history.close());
  const audit: AuditLog = {
    query: (query) => history.query(query),
    record(entry) {
      history.record(entry);
      options.onDecision?.();
    },
  };

  const queue = createApprovalQueue({ ...shared, onPause: createPauseAudit({ audit, ids }) });
  const desk = auditedDesk(queue, { audit, clock });
  const grants = createApprovalGrants({ clock });
  const skillBins = createSkillBins({ clock, log });
  const runner = createCommandRunner({ clock, log, orphans: adoptOrphans(await loadNative()) });
  const home = homedir();
  const searchPath = ownSearchPath(env, config);
  const deciding = {
    clock,
    plan: { probe: createPathProbe(), hasher, baseEnv: { ...env }, searchPath, home },
    engine: createPolicyEngine({ hasher, home, skillBins: skillBins.current }),
    store: policy,
  };
  const execHost = createExecHost({
    ...shared,
    ...deciding,
    grants,
    desk,
    runner,
    audit,
    // A program without a window holds no permission to record the screen.
    screenRecording: () => false,
    trustClaims: config.gateway.trustApprovals,
  });
  return {
    policy,
    audit,
    queue,
    desk,
    grants,
    skillBins,
    confirmWidening: createConfirmWidening({ desk, hasher }),
    searchPath,
    runner,
    descent: createDescendantCheck({
      runningGroups: runner.runningGroups,
      ownPid: process.pid,
      lookup: systemProcessLookup,
    }),
    execHost,
    explain: createExplain(deciding),
  };
}
