import { createApprovalQueue } from '#core/approvals/queue.ts';
import type {
  ApprovalAsk,
  ApprovalOutcome,
  ApprovalPresenter,
  ApprovalSubject,
  DecidedBy,
  PendingApproval,
} from '#core/approvals/types.ts';
import type { Logger } from '#core/ports.ts';
import { createFakeIds, createFakeLogger, fakeHasher } from './fakes.ts';
import { createVirtualClock } from './virtual-clock.ts';

export const person: DecidedBy = { surface: 'window', who: null };

/** What a window on this computer knows of it. */
export const here = { nodeId: 'our-node', permissions: () => 'runs as you' };

/** A harmless question; override what a test is about. */
export function subjectOf(overrides: Partial<ApprovalSubject> = {}): ApprovalSubject {
  return {
    commandText: 'ls -la',
    argv: ['ls', '-la'],
    cwd: '/work',
    executable: '/bin/ls',
    agentId: 'main',
    sessionKey: 'session-1',
    nodeId: 'node-1',
    host: null,
    security: 'allowlist',
    ask: 'on-miss',
    env: {},
    why: 'No rule allows this here.',
    risks: [],
    always: [],
    ...overrides,
  };
}

export interface AskOptions extends Partial<Omit<ApprovalAsk, 'subject'>> {
  readonly agent?: string;
  readonly command?: string;
  readonly subject?: Partial<ApprovalSubject>;
}

/** Different commands have different plans; the same one twice is an identical request. */
export function askOf(options: AskOptions = {}): ApprovalAsk {
  const { agent = 'main', command = 'ls -la', subject, ...rest } = options;
  return {
    kind: 'exec',
    planDigest: `${agent}:${command}`,
    offered: ['allow-once', 'deny'],
    timeoutMs: 15_000,
    ...rest,
    subject: subjectOf({ agentId: agent, commandText: command, argv: [command], ...subject }),
  };
}

/** Remembers what it was told, in order. */
export interface FakePresenter extends ApprovalPresenter {
  readonly shown: readonly PendingApproval[];
  readonly waiting: readonly number[];
  readonly cleared: readonly { readonly id: string; readonly outcome: ApprovalOutcome }[];
  /** What it shows now, oldest first. */
  readonly open: ReadonlyMap<string, PendingApproval>;
}

export function createFakePresenter(mode: ApprovalPresenter['mode']): FakePresenter {
  const shown: PendingApproval[] = [];
  const waiting: number[] = [];
  const cleared: { id: string; outcome: ApprovalOutcome }[] = [];
  const open = new Map<string, PendingApproval>();
  return {
    surface: 'window',
    mode,
    shown,
    waiting,
    cleared,
    open,
    present(approval, count) {
      shown.push(approval);
      waiting.push(count);
      open.set(approval.id, approval);
    },
    clear(approval, outcome) {
      cleared.push({ id: approval.id, outcome });
      open.delete(approval.id);
    },
  };
}

/** A queue over a clock that moves when told. */
export function queueBench(options: { readonly log?: Logger } = {}) {
  const clock = createVirtualClock();
  const log = createFakeLogger();
  const queue = createApprovalQueue({
    clock,
    ids: createFakeIds(),
    hasher: fakeHasher,
    log: options.log ?? log,
  });
  const ask = (asked: AskOptions = {}, signal = new AbortController().signal) =>
    queue.ask(askOf(asked), signal);
  /** Answers what is pending now, as a person who reads it does. */
  const decide = (id: string, decision: 'allow-once' | 'allow-always' | 'deny' = 'allow-once') =>
    queue.answer({
      id,
      decision,
      by: person,
      displayDigest: queue.get(id)?.displayDigest ?? 'nothing was shown',
    });
  return { clock, log, queue, ask, decide };
}
