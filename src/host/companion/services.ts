import { homedir } from 'node:os';
import { type ApprovalQueue, createApprovalQueue } from '#core/approvals/queue.ts';
import { createStandstill, type StandstillBook } from '#core/approvals/standstill.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import { type ActivityBook, createActivity } from '#core/desktop/activity.ts';
import { createPolicyEngine } from '#core/policy/engine.ts';
import type { AuditLog } from '#core/ports.ts';
import { openAuditLog } from '../audit/audit-log.ts';
import { createHistory } from '../audit/history.ts';
import type { History } from '../audit/history-types.ts';
import { createPauseAudit } from '../audit/pause-audit.ts';
import { createStandstillAudit } from '../audit/standstill-audit.ts';
import type { AuditHealth } from '../audit/unwritten-rows.ts';
import type { Cleanup } from '../cleanup.ts';
import { auditedDesk } from '../exec/audited-desk.ts';
import { type ConfirmWidening, createConfirmWidening } from '../exec/confirm-widening.ts';
import { createExecHost, type ExecHost } from '../exec/exec-host.ts';
import { createExplain, type ExplainFn } from '../exec/explain.ts';
import { createForesee, type ForeseeFn } from '../exec/foresee.ts';
import { adoptOrphans } from '../exec/orphans.ts';
import { createPathProbe } from '../exec/path-probe.ts';
import { createCommandRunner, type LocalCommandRunner } from '../exec/runner.ts';
import { ownSearchPath } from '../exec/search-path.ts';
import { createApprovalGrants, type GrantBook } from '../gateway/approval-grants.ts';
import { createSkillBins, type SkillBins } from '../node/skill-bins.ts';
import { createPolicyOperations, type PolicyOperations } from '../policy/policy-operations.ts';
import { createDescendantCheck, type DescentCheck } from '../sockets/ancestry.ts';
import { loadNative } from '../sockets/native.ts';
import { systemProcessLookup } from '../sockets/process-table.ts';
import { type CompanionPolicyStore, openPolicyStore } from '../store/approvals-store.ts';
import { createStandstillFile, readStandstill } from '../store/standstill-file.ts';
import { systemClock as clock, systemHasher as hasher, systemIds as ids } from '../system.ts';
import type { CompanionOptions } from './types.ts';

/** The parts that decide and run; no wire of any kind yet. */
export interface Services {
  readonly policy: CompanionPolicyStore;
  /** How people look at it and change it. */
  readonly policyOperations: PolicyOperations;
  readonly audit: AuditLog;
  readonly auditHealth: () => AuditHealth;
  /** Looking back at it. */
  readonly history: History;
  readonly queue: ApprovalQueue;
  readonly standstill: StandstillBook;
  /** The queue, with every answer written down. */
  readonly desk: ApprovalDesk;
  /** What goes on now. */
  readonly activity: ActivityBook;
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
  readonly foresee: ForeseeFn;
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
  const auditLog = openAuditLog({ path: stateDir.audit, log });
  cleanup.add('audit', () => auditLog.close());
  const audit: AuditLog = {
    query: (query) => auditLog.query(query),
    record(entry) {
      auditLog.record(entry);
      options.onDecision?.();
    },
  };

  const standstill = createStandstill({
    clock,
    log,
    store: createStandstillFile(stateDir.standstill),
    kept: await readStandstill(stateDir.standstill),
    record: createStandstillAudit({ audit, ids }),
  });
  cleanup.add('standstill', () => standstill.close());
  const standsStill = () => standstill.current() !== null;
  const onPause = createPauseAudit({ audit, ids });
  const queue = createApprovalQueue({ ...shared, onPause, standsStill });
  standstill.onChange(() => standsStill() && queue.cancelAll('paused'));
  const desk = auditedDesk(queue, { audit, clock });
  const grants = createApprovalGrants({ clock });
  const skillBins = createSkillBins({ clock, log });
  const activity = createActivity({ clock, log });
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
    activity,
    // A program without a window holds no permission to record the screen.
    screenRecording: options.screenRecording ?? (() => false),
    trustClaims: config.gateway.trustApprovals,
    standsStill,
  });
  return {
    policy,
    policyOperations: createPolicyOperations({ ...shared, policy, audit, home }),
    audit,
    auditHealth: () => auditLog.health(),
    history: createHistory({ audit: auditLog, now: clock.now }),
    queue,
    standstill,
    desk,
    activity,
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
    foresee: createForesee({ ...deciding, standsStill }),
  };
}
