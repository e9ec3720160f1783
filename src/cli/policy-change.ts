import { displayText } from '#core/display.ts';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { callControl } from '#host/sockets/control-client.ts';
import {
  type PolicyApplied,
  type PolicyEdit,
  type PolicyPreview,
  policyAppliedSchema,
  policyPreviewSchema,
} from '#protocol/control-policy.ts';
import { controlSocketLineCap } from '#protocol/control-socket.ts';
import { askYes, hasPerson } from './ask-yes.ts';
import type { CliContext } from './context.ts';

const texts = messages.cli.policy;

/** The rest of the line that carries the edit. */
const envelopeChars = 1_000;

/** Longer than the companion waits for the file: giving up before it would leave open what holds. */
const applyWithinMs = 20_000;

/** Uses of rules are noted in the document too, so it may move while a person reads. */
const attempts = 3;

/**
 * Shows what an edit changes, asks a person when it widens anything (S17), and has it written. The
 * companion works out what widens, and writes only what was shown.
 * @throws CompanionError DENIED when nobody can be asked, or the person says no.
 */
export async function changePolicy(context: CliContext, edit: PolicyEdit): Promise<number> {
  requireRoom(edit);
  let preview = await previewOf(context, edit);
  show(context, preview);
  if (edit.kind === 'confirm' && preview.widening.length === 0) {
    return finish(context, false, texts.nothingToConfirm, preview);
  }
  // An import also settles what waits for confirmation, so it is written in any case.
  if (isEmpty(preview) && edit.kind !== 'import') {
    return finish(context, false, texts.nothingChanges, preview);
  }
  if (preview.widening.length > 0) await requireConsent(context);
  for (let left = attempts; left > 0; left -= 1) {
    const applied = await apply(context, edit, preview);
    if (applied.kind === 'written') {
      const { ruleId } = applied;
      const text = ruleId === null ? texts.done : texts.added(ruleId);
      return finish(context, true, text, preview, ruleId);
    }
    const now = await previewOf(context, edit);
    if (!saysTheSame(preview, now)) break;
    preview = now;
  }
  throw new CompanionError('INVALID_REQUEST', texts.stale);
}

async function previewOf(context: CliContext, edit: PolicyEdit): Promise<PolicyPreview> {
  const request = { op: 'policy.preview', edit } as const;
  return policyPreviewSchema.parse(await callControl(context.stateDir.controlSocket, request));
}

async function apply(
  { stateDir }: CliContext,
  edit: PolicyEdit,
  { baseHash, digest }: PolicyPreview,
): Promise<PolicyApplied> {
  const request = { op: 'policy.apply', edit, baseHash, digest } as const;
  const options = { timeoutMs: applyWithinMs };
  return policyAppliedSchema.parse(await callControl(stateDir.controlSocket, request, options));
}

function isEmpty({ changes, widening }: PolicyPreview): boolean {
  return changes.length + widening.length === 0;
}

function saysTheSame(shown: PolicyPreview, now: PolicyPreview): boolean {
  const sentences = ({ changes, widening }: PolicyPreview) => JSON.stringify([changes, widening]);
  return sentences(shown) === sentences(now);
}

function show({ io }: CliContext, { changes, widening }: PolicyPreview): void {
  const list = (title: string, sentences: readonly string[]) => {
    if (sentences.length > 0) io.err(title);
    for (const sentence of sentences) io.err(`  ${displayText(sentence).text}`);
  };
  const other = changes.filter((sentence) => !widening.includes(sentence));
  list(texts.changes, other);
  list(texts.widens, widening);
}

async function requireConsent(context: CliContext): Promise<void> {
  if (!hasPerson()) {
    throw new CompanionError('DENIED', texts.nobodyToAsk, { hint: texts.nobodyToAskHint });
  }
  if (await askYes(context, texts.agree)) return;
  throw new CompanionError('DENIED', texts.declined);
}

function finish(
  { io, json }: CliContext,
  changed: boolean,
  text: string,
  { changes, widening }: PolicyPreview,
  ruleId: string | null = null,
): number {
  if (json) io.json({ ok: true, changed, ruleId, changes, widening });
  else io.err(text);
  return 0;
}

function requireRoom(edit: PolicyEdit): void {
  const room = controlSocketLineCap - envelopeChars;
  if (Buffer.byteLength(JSON.stringify(edit)) <= room) return;
  throw new CompanionError('INVALID_REQUEST', texts.tooLarge(room));
}
