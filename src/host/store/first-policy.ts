import { keepSocket } from '#core/policy/document.ts';
import {
  freshDocument,
  type HeldPolicy,
  holdPolicy,
  resumePolicy,
} from '#core/policy/held-policy.ts';
import type { Hasher, Ids, Logger } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { type ApprovalsFile, readApprovals } from './approvals-file.ts';
import { confirmedPath, readConfirmed } from './confirmed-policy.ts';

export interface FirstPolicyDeps {
  readonly path: string;
  /** For a document that names no socket, where none is known from before either. */
  readonly socket: { readonly path: string; readonly token: string };
  readonly ids: Ids;
  readonly hasher: Hasher;
  readonly log: Logger;
}

/** Whoever edits the file may make any number of sentences; the log gets the first of them. */
const loggedSentences = 20;

/** Fields of `policy.edited-outside`. */
export function editFields(path: string, unconfirmed: readonly string[]) {
  const notInForce = unconfirmed.slice(0, loggedSentences);
  return { path, waiting: unconfirmed.length, notInForce };
}

/** What a companion starts with. */
export type FirstPolicy =
  | {
      readonly kind: 'usable';
      readonly held: HeldPolicy;
      /** Text on disk that says `held.onDisk`; null when the document must be written. */
      readonly raw: string | null;
      /** The record of what is in force is that of this text. */
      readonly isRecorded: boolean;
    }
  | {
      readonly kind: 'unusable';
      readonly file: Extract<ApprovalsFile, { kind: 'unusable' }>;
      readonly lastGood: HeldPolicy;
    };

/**
 * Reads the approvals document and the record of what was in force. Changes nothing. Whatever
 * differs from the record was edited while no companion ran (S17); a document that is gone counts
 * as an edit into a fresh one.
 */
export async function firstPolicy(deps: FirstPolicyDeps): Promise<FirstPolicy> {
  const { path, ids, hasher, log } = deps;
  const record = await readConfirmed(confirmedPath(path), ids);
  if (record.kind === 'unusable') log.error('policy.confirmed.unusable', record);
  const known = record.kind === 'usable' ? record.policy : null;
  const file = await readApprovals(path, ids);
  if (file.kind === 'unusable') {
    return { kind: 'unusable', file, lastGood: holdPolicy(known?.document ?? freshDocument) };
  }
  const found = file.kind === 'usable' ? file.document : freshDocument;
  const filler: ApprovalsDocument = { version: 1, socket: deps.socket };
  const held = resumePolicy(
    known?.document ?? null,
    keepSocket(found, keepSocket(known?.document ?? filler, filler)),
  );
  const isWhole = found.socket?.path !== undefined && found.socket.token !== undefined;
  const raw = file.kind === 'usable' && isWhole && !file.mend ? file.raw : null;
  const isRecorded = raw !== null && known?.hash === hasher.sha256Hex(raw);
  const wasEdited = known !== null && known.hash !== hasher.sha256Hex(file.raw ?? '');
  if (wasEdited || held.unconfirmed.length > 0) {
    log.warn('policy.edited-outside', editFields(path, held.unconfirmed));
  }
  return { kind: 'usable', held, raw, isRecorded };
}
