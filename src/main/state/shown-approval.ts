import { type ApprovalLine, approvalLines } from '#core/approvals/subject-text.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { displayPieces } from '#core/display.ts';
import { commandLines } from '#core/exec/command-lines.ts';
import type { Mark } from '#core/marked-text.ts';
import { messages } from '#core/messages.ts';
import { agentKey } from '#core/policy/resolve.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ShownApproval } from '#ipc/approvals.ts';

/** What the window knows of the computer it is on. */
export interface Here {
  /** Of our own node. */
  readonly nodeId: string;
  /** {@link Permissions.ofCommands} */
  readonly permissions: () => string;
}

/** Lines that the page shows among the details. */
const detailIds: ReadonlySet<ApprovalLine['id']> = new Set(['arguments', 'security', 'ask']);

/** A page draws each piece by itself; a command that needs more was made to be a burden (S26). */
const mostPieces = 2_048;

/** The list draws all that wait. */
const mostListedPieces = 256;

/**
 * One question as the window shows it: the lines of every surface (AP-02), in the parts that the
 * page draws. Names the asker gave are `claimed`; the page puts the quotes around them (S25).
 */
export function shownApproval(approval: PendingApproval, here: Here): ShownApproval {
  const { subject, kind, count, createdAtMs, expiresAtMs } = approval;
  const lines = approvalLines({ ...subject, kind, count });
  const texts = (id: ApprovalLine['id']) =>
    lines.flatMap((line) => (line.id === id ? [line.text] : []));
  const first = (id: ApprovalLine['id']) => texts(id)[0] ?? null;
  const always = alwaysSentences(approval);
  const offers = offersOf(approval);
  const notes = notesOf(approval, [
    ...texts('warning'),
    ...(first('arguments') === null ? [] : [messages.desktop.argumentsDiffer]),
  ]);
  const command = commandLines(subject, notes.marks);
  return {
    id: safe(approval.id),
    displayDigest: approval.displayDigest,
    planDigest: safe(approval.planDigest),
    kind,
    title: first('title') ?? '',
    agent: agentOf(approval),
    from: namesOf(approval, here),
    command: [...displayPieces(command.text, mostPieces, command.marks)],
    commandChars: subject.commandText.length,
    executable: first('executable'),
    identity: subject.identity === undefined ? null : safe(subject.identity),
    cwd: first('cwd'),
    env: Object.entries(subject.env).map(([name, value]) => ({
      name: safe(name),
      value: safe(value),
    })),
    notes: notes.shown,
    facts: lines
      .filter(({ id }) => detailIds.has(id) || (id === 'node' && isFromHere(approval, here)))
      .map(({ label, text, block }) => ({ label, text, block })),
    why: first('why') ?? '',
    permissions: runsHere(approval) ? here.permissions() : (first('permissions') ?? ''),
    always,
    offers,
    ...(offers.length === 0 ? {} : { ruleAgent: quotable(agentKey(subject.agentId)) }),
    canAlways: always.length > 0,
    // Where it is asked for the very same reason, once is enough to read it.
    onceBecause: first('once') === first('why') ? null : first('once'),
    canExtend: approval.extendable === true,
    canPause: approval.offered.includes('deny') && subject.agentId !== null,
    createdAtMs,
    expiresAtMs,
    count,
  };
}

/** One question of the list, which can only be denied there: its command, and where it would run. */
export function listedApproval(approval: PendingApproval, shown: ShownApproval): ShownApproval {
  const command = [...displayPieces(commandLines(approval.subject).text, mostListedPieces)];
  return { ...shown, command, facts: [], always: [], offers: [] };
}

function agentOf({ subject: { agentId } }: PendingApproval): ShownApproval['agent'] {
  if (agentId === null) return { text: messages.prompt.agent(null), claimed: false };
  return { text: quotable(agentId), claimed: true };
}

const runsHere = ({ kind }: PendingApproval): boolean => kind === 'exec';

/** It runs here, and no other node brought it. */
function isFromHere(approval: PendingApproval, { nodeId }: Here): boolean {
  return runsHere(approval) && (approval.subject.nodeId ?? nodeId) === nodeId;
}

/** Warnings first: they say that the command may not be what it looks like. */
function notesOf(
  { subject: { risks, riskFacts = [] } }: PendingApproval,
  warnings: readonly string[],
): { readonly shown: ShownApproval['notes']; readonly marks: readonly Mark[] } {
  const facts = risks.map((_, index) => riskFacts[index] ?? { isPrivilege: false, spans: [] });
  return {
    shown: [
      ...warnings.map((text) => ({ text, isPrivilege: false, isWarning: true as const })),
      ...facts.map(({ isPrivilege }, index) => ({
        text: safe(risks[index] ?? ''),
        isPrivilege,
      })),
    ],
    marks: facts.flatMap(({ spans }, index) =>
      spans.map((span) => ({ ...span, note: warnings.length + index + 1 })),
    ),
  };
}

/** In `exec` the transport names the node, not the asker. */
function namesOf(approval: PendingApproval, here: Here): ShownApproval['from'] {
  const { nodeId, host, sessionKey } = approval.subject;
  const { from } = messages.desktop;
  const claim = (label: string, raw: string | null) =>
    raw === null ? [] : [{ label, text: quotable(raw), claimed: true }];
  if (isFromHere(approval, here)) {
    const through = { label: from.nodeHost, text: quotable(host ?? ''), claimed: false };
    return [
      { text: from.here, claimed: false },
      ...(host === null ? [] : [through]),
      ...claim(from.session, sessionKey),
    ];
  }
  const node =
    runsHere(approval) && nodeId !== null
      ? [{ label: from.node, text: safe(nodeId), claimed: false }]
      : claim(from.node, nodeId);
  return [...node, ...claim(from.host, host), ...claim(from.session, sessionKey)];
}

/** What the second step lets a person choose from; empty where the rule is not ours (AP-12). */
function offersOf({ offered, subject: { offers = [] } }: PendingApproval): ShownApproval['offers'] {
  if (!offered.includes('allow-always')) return [];
  return offers.map(({ command, choices }) => ({
    command: safe(command),
    choices: choices.map(({ scope, sentence }) => ({ scope, sentence: safe(sentence) })),
  }));
}

/** The second step shows these (AP-12): where the rule is not ours, it says so. */
function alwaysSentences({ offered, subject }: PendingApproval): string[] {
  if (!offered.includes('allow-always')) return [];
  if (subject.always.length === 0) return [messages.desktop.alwaysElsewhere];
  return subject.always.map(safe);
}
