import { homedir } from 'node:os';
import { createApprovalQueue } from '#core/approvals/queue.ts';
import type { ApprovalDesk } from '#core/approvals/types.ts';
import { createExactEngine } from '#core/policy/exact-engine.ts';
import type { AuditLog } from '#core/ports.ts';
import { openAuditLog } from '../audit/audit-log.ts';
import type { Cleanup } from '../cleanup.ts';
import { auditedDesk } from '../exec/audited-desk.ts';
import { type ConfirmWidening, createConfirmWidening } from '../exec/confirm-widening.ts';
import { createExecHost, type ExecHost } from '../exec/exec-host.ts';
import { adoptOrphans } from '../exec/orphans.ts';
import { createPathProbe } from '../exec/path-probe.ts';
import { createCommandRunner, type LocalCommandRunner } from '../exec/runner.ts';
import { readSearchPath } from '../exec/search-path.ts';
import { createApprovalGrants, type GrantBook } from '../gateway/approval-grants.ts';
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
  readonly queue: ApprovalDesk & { close(): void };
  /** The queue, with every answer written down. */
  readonly desk: ApprovalDesk;
  readonly grants: GrantBook;
  readonly confirmWidening: ConfirmWidening;
  readonly searchPath: string;
  readonly runner: LocalCommandRunner;
  /** Tells commands of ours and what they started from everybody else (D12). */
  readonly descent: DescentCheck;
  readonly execHost: ExecHost;
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
  const audit = openAuditLog({ path: stateDir.audit, log });
  cleanup.add('audit', () => audit.close());

  const queue = createApprovalQueue(shared);
  const desk = auditedDesk(queue, { audit, clock });
  const grants = createApprovalGrants({ clock });
  const runner = createCommandRunner({ clock, log, orphans: adoptOrphans(await loadNative()) });
  const home = homedir();
  const searchPath = readSearchPath({
    platform: process.platform,
    home,
    inherited: env.PATH ?? '',
    userSetting: config.env.path?.split(':') ?? [],
    etc: '/etc',
  });
  const execHost = createExecHost({
    ...shared,
    plan: { probe: createPathProbe(), hasher, baseEnv: { ...env }, searchPath, home },
    engine: createExactEngine({ hasher }),
    store: policy,
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
    confirmWidening: createConfirmWidening({ desk, hasher }),
    searchPath,
    runner,
    descent: createDescendantCheck({
      runningGroups: runner.runningGroups,
      ownPid: process.pid,
      lookup: systemProcessLookup,
    }),
    execHost,
  };
}
