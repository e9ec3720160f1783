import { displayPieces } from '#core/display.ts';
import type { Mark } from '#core/marked-text.ts';
import type { ApprovalState, ShownApproval } from '#ipc/approvals.ts';
import type { Snapshot } from '#ipc/contract.ts';
import type { StatusState } from '#ipc/status.ts';
import { pageTime } from '#support/page-bench.ts';

/** Questions and snapshots as the main process would show them. */

interface Words {
  /** The command. */
  readonly raw?: string;
  readonly marks?: readonly Mark[];
  /** Sentences; the whole note where it is a red one. */
  readonly notes?: readonly (string | ShownApproval['notes'][number])[];
}

const noteOf = (note: NonNullable<Words['notes']>[number]) =>
  typeof note === 'string' ? { text: note, isPrivilege: false } : note;

export function shown(over: Partial<Omit<ShownApproval, 'notes'>> & Words = {}): ShownApproval {
  const { raw = 'git push --force origin main', marks = [], notes = [], ...rest } = over;
  const id = over.id ?? 'question-1';
  return {
    id,
    displayDigest: `digest-of-${id}`,
    planDigest: `plan-of-${id}`,
    kind: 'exec',
    title: '"main" (claimed) wants to run a command',
    agent: { text: 'main', claimed: true },
    from: [
      { text: 'on this computer', claimed: false },
      { label: 'through node host', text: 'build', claimed: false },
      { label: 'session', text: 'agent:main:main', claimed: true },
    ],
    command: [...displayPieces(raw, undefined, marks)],
    commandChars: raw.length,
    executable: '/usr/bin/git',
    identity: 'device 1, inode 2, 3 bytes',
    cwd: '/home/ann/code/api',
    env: [],
    notes: notes.map(noteOf),
    why: 'No rule names /usr/bin/git.',
    permissions: "runs with this app's permissions: Screen Recording; not known: Automation",
    always: ['"main" may run /usr/bin/git push --force origin main in /home/ann/code/api'],
    offers: [
      {
        command: raw,
        choices: [
          {
            scope: 'exact-here',
            sentence:
              '/usr/bin/git with exactly: push --force origin main, only in /home/ann/code/api.',
          },
        ],
      },
    ],
    canAlways: true,
    onceBecause: null,
    canExtend: false,
    canPause: true,
    createdAtMs: pageTime,
    expiresAtMs: pageTime + 15_000,
    count: 1,
    ...rest,
  };
}

export function questions(count: number, over: Parameters<typeof shown>[0] = {}): ShownApproval[] {
  return Array.from({ length: count }, (_, index) =>
    shown({
      id: `question-${index + 1}`,
      raw: `npm run step-${index + 1}`,
      executable: '/usr/bin/npm',
      why: 'No rule names /usr/bin/npm.',
      ...over,
    }),
  );
}

const quiet: StatusState = {
  version: '0.1.0',
  headline: 'Quiet',
  problem: null,
  activity: [],
  standstill: null,
  gateway: { url: 'ws://127.0.0.1:18789', mode: 'own', node: true, operator: true, health: null },
  policy: { security: 'allowlist', ask: 'on-miss', problem: null },
  pausedAgents: [],
  recent: [],
};

let revision = 0;

/** What waits, first one current; every snapshot is newer than the one before. */
export function snapshot(
  waiting: readonly ShownApproval[],
  over: {
    last?: ApprovalState['last'];
    status?: Partial<StatusState>;
    nowMs?: number;
    pairing?: Snapshot['pairing'];
    section?: Snapshot['section'];
    toast?: Snapshot['toast'];
    marks?: Partial<Snapshot['marks']>;
  } = {},
): Snapshot {
  revision += 1;
  const { last = null, status, nowMs = pageTime, marks } = over;
  const { pairing = { waiting: [], current: null }, section = null, toast = null } = over;
  return {
    revision,
    nowMs,
    approvals: { current: waiting[0] ?? null, waiting: [...waiting], last },
    pairing,
    status: { ...quiet, ...status },
    section,
    toast,
    marks: { history: 0, rules: '', connection: 0, ...marks },
  };
}
