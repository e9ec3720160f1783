import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StandstillBook } from '#core/approvals/standstill.ts';
import type {
  AgentPause,
  AnswerResult,
  ApprovalAnswer,
  ApprovalDesk,
  ApprovalPresenter,
  PendingApproval,
} from '#core/approvals/types.ts';
import type { AuditEntry, AuditQuery } from '#core/ports.ts';
import type { DescentCheck } from '#host/sockets/ancestry.ts';
import type { ControlPolicy } from '#host/sockets/control-policy.ts';
import { createControlServer } from '#host/sockets/control-server.ts';
import type { LineServer } from '#host/sockets/line-server.ts';
import { systemClock, systemIds } from '#host/system.ts';
import type { CompanionStatus } from '#protocol/control-socket.ts';
import { createFakeLogger } from './fakes.ts';
import { standstillBench } from './standstill.ts';
import { tempDir } from './temp-dir.ts';

export const pendingApproval: PendingApproval = {
  id: 'a1',
  kind: 'exec',
  subject: {
    commandText: 'ls -l',
    argv: ['ls', '-l'],
    cwd: '/tmp',
    executable: '/bin/ls',
    agentId: 'main',
    sessionKey: null,
    nodeId: null,
    host: null,
    security: 'allowlist',
    ask: 'on-miss',
    env: { TERM: 'xterm' },
    why: 'No rule allows it.',
    risks: [],
    always: [],
  },
  planDigest: 'plan',
  displayDigest: 'shown',
  offered: ['allow-once', 'deny'],
  createdAtMs: 1,
  expiresAtMs: 2,
  count: 1,
};

export const companionStatus: CompanionStatus = {
  pid: 1,
  version: '0',
  startedAtMs: 0,
  gateway: { url: 'ws://127.0.0.1:1', mode: 'own', connected: { node: true, operator: true } },
  execSocket: '/e',
  controlSocket: '/c',
  bridgeSocket: null,
  nodeId: 'n',
  policy: {
    path: '/p',
    security: 'allowlist',
    ask: 'on-miss',
    problem: null,
    unconfirmed: 0,
  },
  pendingApprovals: 1,
  pausedAgents: [],
};

export interface ControlSocketFixture {
  readonly path: string;
  readonly server: LineServer;
  readonly log: ReturnType<typeof createFakeLogger>;
  readonly answers: ApprovalAnswer[];
  /** Agents that a client asked to resume. */
  readonly resumed: string[];
  readonly queries: AuditQuery[];
  /** Surfaces attached to the desk right now. */
  readonly presenters: ReadonlySet<ApprovalPresenter>;
}

export interface ControlSocketOptions {
  readonly descent?: DescentCheck;
  readonly answer?: AnswerResult;
  /** What waits; by default {@link pendingApproval}. */
  readonly pending?: PendingApproval;
  readonly paused?: readonly AgentPause[];
  readonly status?: () => CompanionStatus;
  readonly policy?: ControlPolicy;
  readonly standstill?: StandstillBook;
  readonly ownUid?: number;
}

/** A control server over a desk that holds {@link pendingApproval}. */
export async function startControlSocket(
  options: ControlSocketOptions = {},
): Promise<ControlSocketFixture> {
  const path = join(tempDir(), 'control.sock');
  const log = createFakeLogger();
  const answers: ApprovalAnswer[] = [];
  const queries: AuditQuery[] = [];
  const presenters = new Set<ApprovalPresenter>();
  const resumed: string[] = [];
  const { pending = pendingApproval, paused = [] } = options;
  const desk: ApprovalDesk = {
    ask: () => {
      throw new Error('not used');
    },
    answer(answer) {
      answers.push(answer);
      return options.answer ?? 'accepted';
    },
    extend: () => 'not-offered',
    get: (id) => (id === pending.id ? pending : null),
    list: () => [pending],
    attach(presenter) {
      presenters.add(presenter);
      return () => presenters.delete(presenter);
    },
  };
  const server = createControlServer({
    path,
    desk,
    pauses: {
      list: () => paused,
      resume(agent) {
        resumed.push(agent);
        return paused.find((pause) => pause.agent === agent) ?? null;
      },
    },
    audit: {
      record: () => undefined,
      query(query) {
        queries.push(query);
        return [{ seq: 1, requestId: 'r' } as AuditEntry & { seq: number }];
      },
    },
    standstill: options.standstill ?? standstillBench().book,
    policy: options.policy ?? (() => Promise.reject(new Error('not used'))),
    status: options.status ?? (() => companionStatus),
    descent: options.descent ?? (() => Promise.resolve('outside')),
    clock: systemClock,
    ids: systemIds,
    log,
    ...(options.ownUid === undefined ? {} : { ownUid: options.ownUid }),
  });
  await server.start();
  onTestFinished(() => server.stop());
  return { path, server, log, answers, resumed, queries, presenters };
}
