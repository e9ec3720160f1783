import { type ApprovalLine, approvalLines } from '#core/approvals/subject-text.ts';
import type { PendingApproval } from '#core/approvals/types.ts';
import { displayPieces } from '#core/display.ts';
import { messages } from '#core/messages.ts';
import { agentKey } from '#core/policy/resolve.ts';
import { quotable, safe } from '#core/quoted.ts';
import type { ShownApproval } from '#ipc/approvals.ts';

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
export function shownApproval(approval: PendingApproval): ShownApproval {
  const { subject, kind, count, createdAtMs, expiresAtMs } = approval;
  const lines = approvalLines({ ...subject, kind, count });
  const texts = (id: ApprovalLine['id']) =>
    lines.flatMap((line) => (line.id === id ? [line.text] : []));
  const first = (id: ApprovalLine['id']) => texts(id)[0] ?? null;
  const always = alwaysSentences(approval);
  const offers = offersOf(approval);
  const hidesBorders = first('arguments') !== null;
  return {
    id: safe(approval.id),
    displayDigest: approval.displayDigest,
    kind,
    title: first('title') ?? '',
    agent: agentOf(approval),
    from: namesOf(approval),
    command: [...displayPieces(subject.commandText, mostPieces)],
    commandChars: subject.commandText.length,
    executable: first('executable'),
    cwd: first('cwd'),
    env: Object.entries(subject.env).map(([name, value]) => ({
      name: safe(name),
      value: safe(value),
    })),
    risks: texts('risk'),
    warnings: [...texts('warning'), ...(hidesBorders ? [messages.desktop.argumentsDiffer] : [])],
    facts: lines
      .filter((line) => detailIds.has(line.id))
      .map(({ label, text, block }) => ({ label, text, block })),
    why: first('why') ?? '',
    permissions: first('permissions') ?? '',
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
  const command = [...displayPieces(approval.subject.commandText, mostListedPieces)];
  return { ...shown, command, facts: [], always: [], offers: [] };
}

function agentOf({ subject: { agentId } }: PendingApproval): ShownApproval['agent'] {
  if (agentId === null) return { text: messages.prompt.agent(null), claimed: false };
  return { text: quotable(agentId), claimed: true };
}

/** In `exec` the transport names the node, not the asker. */
function namesOf({ kind, subject }: PendingApproval): ShownApproval['from'] {
  const { nodeId, host, sessionKey } = subject;
  const { from } = messages.desktop;
  const claim = (label: string, raw: string | null) =>
    raw === null ? [] : [{ label, text: quotable(raw), claimed: true }];
  const node =
    kind === 'exec' && nodeId !== null
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
