import type { ShownApproval } from '#ipc/approvals.ts';
import type { Snapshot, WindowName } from '#ipc/contract.ts';
import { shownStatus } from './shown-status.ts';

/**
 * What the page of one window gets of a snapshot: what it draws, and little else. Only the approval
 * window reads the questions, which may be megabytes of somebody's text (IP-08, S26).
 */
export function seenBy(window: WindowName, snapshot: Snapshot): Snapshot {
  switch (window) {
    case 'approval':
      return { ...snapshot, toast: null };
    case 'status':
      return {
        ...snapshot,
        toast: null,
        approvals: counted(snapshot.approvals, withoutText),
        pairing: countedStrangers(snapshot.pairing),
      };
    case 'settings':
      return { ...snapshot, toast: null, approvals: counted(snapshot.approvals, named) };
    case 'toast':
      return { ...nothing, revision: snapshot.revision, toast: snapshot.toast };
  }
}

/** How many wait, and what `say` leaves of each. */
function counted(
  { waiting }: Snapshot['approvals'],
  say: (approval: ShownApproval) => ShownApproval,
): Snapshot['approvals'] {
  return { current: null, waiting: waiting.map(say), last: null };
}

/** The list of who waits is for one line each. */
const mostNameChars = 80;

function named(approval: ShownApproval): ShownApproval {
  const { text, claimed } = approval.agent;
  // Never half of a surrogate pair.
  const short = [...text.slice(0, mostNameChars)].slice(0, -1).join('');
  const agent = { text: text.length > mostNameChars ? `${short}…` : text, claimed };
  return { ...withoutText(approval), agent };
}

function withoutText({ id, kind, createdAtMs, expiresAtMs, count }: ShownApproval): ShownApproval {
  return { ...blank, id, kind, createdAtMs, expiresAtMs, count };
}

function countedStrangers({ waiting }: Snapshot['pairing']): Snapshot['pairing'] {
  const names = { digest: '', title: '', facts: [], means: [] };
  return { waiting: waiting.map((one) => ({ ...one, ...names })), current: null };
}

const blank: Omit<ShownApproval, 'id' | 'kind' | 'createdAtMs' | 'expiresAtMs' | 'count'> = {
  displayDigest: '',
  planDigest: '',
  title: '',
  agent: { text: '', claimed: false },
  from: [],
  command: [],
  commandChars: 0,
  executable: null,
  identity: null,
  cwd: null,
  env: [],
  notes: [],
  why: '',
  permissions: '',
  always: [],
  offers: [],
  canAlways: false,
  onceBecause: null,
  canExtend: false,
  canPause: false,
};

const nothing: Snapshot = {
  revision: 0,
  nowMs: 0,
  approvals: { current: null, waiting: [], last: null },
  pairing: { waiting: [], current: null },
  status: shownStatus({
    version: '',
    status: null,
    waiting: 0,
    running: 0,
    activity: [],
    pairing: 0,
    isWindowBroken: false,
    recent: [],
  }),
  section: null,
  toast: null,
  marks: { history: 0, rules: '', connection: 0 },
};
