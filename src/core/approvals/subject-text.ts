import { displayBlock, displayText } from '#core/display.ts';
import { commandLines } from '#core/exec/command-lines.ts';
import { canonicalCommandText } from '#core/exec/command-text.ts';
import { mixedScript } from '#core/lookalikes.ts';
import { messages } from '#core/messages.ts';
import type { Hasher } from '#core/ports.ts';
import type { AlwaysOffer, ApprovalAsk, ApprovalSubject } from './types.ts';

type LineId = keyof typeof messages.prompt.labels;

/** One labelled line of a question, safe to show. `block` text has line breaks of its own. */
export interface ApprovalLine {
  readonly id: LineId;
  readonly label: string;
  readonly text: string;
  readonly block: boolean;
}

/** A subject, or anything that carries one, such as what the control socket lists. */
export interface ShownApproval
  extends Pick<
    ApprovalSubject,
    | 'commandText'
    | 'argv'
    | 'cwd'
    | 'executable'
    | 'agentId'
    | 'sessionKey'
    | 'nodeId'
    | 'env'
    | 'why'
    | 'risks'
    | 'always'
    | 'offers'
  > {
  readonly mayRunHere?: boolean | undefined;
  readonly onceBecause?: string | undefined;
  readonly host?: string | null;
  readonly security?: string | null;
  readonly ask?: string | null;
  /** Left out: the stricter reading, where every name is a claim and the command runs elsewhere. */
  readonly kind?: string;
  readonly count?: number;
}

const words = messages.prompt;
const runsHere = (approval: ShownApproval): boolean => approval.kind === 'exec';

function line(id: LineId, text: string, block = false): ApprovalLine {
  return { id, label: words.labels[id], text, block };
}

const plain = (id: LineId, value: string | null | undefined): ApprovalLine[] =>
  value == null ? [] : [line(id, displayText(value).text)];

const claim = (id: LineId, value: string | null | undefined): ApprovalLine[] =>
  value == null ? [] : [line(id, words.claimed(value))];

/**
 * The lines that every surface shows, in the order of AP-02. Names the asker gave are quoted and
 * marked as claimed (S25); nothing is cut (S5); every field is sanitised (S6).
 */
export function approvalLines(approval: ShownApproval): readonly ApprovalLine[] {
  const { count = 1 } = approval;
  return [
    line('title', words.title(approval.kind ?? '', approval.agentId)),
    // In `exec` the transport names the node, not the caller (ExecOrigin).
    ...(runsHere(approval) ? plain('node', approval.nodeId) : claim('node', approval.nodeId)),
    ...claim('host', approval.host),
    ...claim('session', approval.sessionKey),
    line('command', displayBlock(commandLines(approval).text).text, true),
    ...plain('length', words.length(approval.commandText)),
    ...argumentLines(approval),
    ...approval.risks.flatMap((note) => plain('risk', note)),
    ...executableLines(approval),
    ...plain('cwd', approval.cwd),
    ...Object.entries(approval.env).flatMap(([name, value]) => plain('env', `${name}=${value}`)),
    ...plain('security', approval.security),
    ...plain('ask', approval.ask),
    ...warningLines(approval),
    line('permissions', permissionsText(approval)),
    ...plain('why', approval.why),
    ...approval.always.map((sentence) => line('always', words.always(sentence))),
    ...plain('once', approval.onceBecause),
    ...(count > 1 ? [line('count', words.identical(count))] : []),
  ];
}

/** Only where the text is the asker's own. */
function argumentLines(approval: ShownApproval): ApprovalLine[] {
  const { argv, commandText } = approval;
  if (argv === null || isMade(approval) || argv.join(' ') === commandText) return [];
  const text = argv.map((argument, index) => `${index}: ${displayText(argument).text}`).join('\n');
  return [line('arguments', text, true)];
}

/** Whether the text was made from the argv, and so says all of it (S4). */
function isMade(approval: ShownApproval): boolean {
  const { argv, commandText } = approval;
  return argv !== null && (runsHere(approval) || canonicalCommandText(argv) === commandText);
}

function permissionsText({ kind, mayRunHere }: ShownApproval): string {
  if (kind === 'policy-change') return words.widensPolicy;
  if (mayRunHere) return words.mayRunHere;
  return kind === 'exec' ? words.runsHere : words.runsElsewhere;
}

function executableLines(approval: ShownApproval): ApprovalLine[] {
  const { executable, mayRunHere = false } = approval;
  if (approval.kind === 'policy-change') return [];
  if (executable === null) {
    return [line('executable', mayRunHere ? words.unknownYet : words.unknownExecutable)];
  }
  return runsHere(approval) || mayRunHere
    ? plain('executable', executable)
    : claim('executable', executable);
}

/** Every string that is shown; the newlines of blocks are shown as such and hide nothing. */
function shownStrings(approval: ShownApproval): readonly string[] {
  const { agentId, sessionKey, nodeId, host, executable, cwd, security, ask } = approval;
  const optional = [agentId, sessionKey, nodeId, host, executable, cwd, security, ask];
  return [
    // Escapes of a text that was made would read as letters.
    ...(isMade(approval) ? [] : approval.commandText.split('\n')),
    ...(approval.argv ?? []).flatMap((argument) => argument.split('\n')),
    ...optional.filter((text) => typeof text === 'string'),
    ...Object.entries(approval.env).flat(),
    approval.why,
    ...approval.risks,
    ...approval.always,
    ...(approval.offers ?? []).flatMap(offerStrings),
    ...(approval.onceBecause === undefined ? [] : [approval.onceBecause]),
  ];
}

function offerStrings({ command, choices }: AlwaysOffer): readonly string[] {
  return [command, ...choices.map(({ sentence }) => sentence)];
}

function warningLines(approval: ShownApproval): ApprovalLine[] {
  const strings = shownStrings(approval);
  const lookalikes = mixedScript(strings.join('\n'));
  const warnings = [
    ...(strings.some((text) => displayText(text).escaped) ? [words.hiddenCharacters] : []),
    ...(lookalikes.length > 0 ? [words.lookalikes(lookalikes)] : []),
  ];
  // A note about the command may have said it already.
  return warnings
    .filter((warning) => !approval.risks.includes(warning))
    .map((warning) => line('warning', warning));
}

/**
 * Digest of everything shown but the count, and of the plan behind it: equal exactly for requests
 * that one question may answer (D15). How a command is laid out in lines is no part of it.
 */
export function questionDigest(ask: ApprovalAsk, hasher: Hasher): string {
  const lines = approvalLines({ ...ask.subject, kind: ask.kind });
  const { commandText } = ask.subject;
  const shown = lines.map(({ id, text }) => [id, id === 'command' ? commandText : text]);
  // Only the window shows the wider ones; an answer may choose them all the same.
  const { offers = [] } = ask.subject;
  const parts = [ask.kind, ask.planDigest, ask.offered, shown, offers];
  return hasher.sha256Hex(JSON.stringify(parts));
}

/** `displayDigest` of decisions.md: the text shown, its count of identical requests included. */
export function displayDigest(question: string, count: number, hasher: Hasher): string {
  return hasher.sha256Hex(`${question}:${count}`);
}
