import { lstat } from 'node:fs/promises';
import { CompanionError, errorText } from '#core/errors.ts';
import { restoreClosed } from '#core/policy/closed-view.ts';
import { parseDocument, renderDocument } from '#core/policy/document.ts';
import type { Ids } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { readPrivateFile } from './private-file.ts';

/** What is on disk right now. `raw` is null when nothing could be read. */
export type ApprovalsFile =
  | { readonly kind: 'missing'; readonly raw: null }
  | {
      readonly kind: 'usable';
      readonly raw: string;
      readonly document: ApprovalsDocument;
      /** The file should be written anew: it is not normalised, or others may read it. */
      readonly mend: boolean;
    }
  | { readonly kind: 'unusable'; readonly raw: string | null; readonly problem: string };

/** Under what `readPrivateFile` accepts: we never write what we could not read again. */
const maxBytes = 12 * 1024 * 1024;

/** Reads the approvals document. Never throws and never changes the file (exec-ipc §4.6). */
export async function readApprovals(path: string, ids: Ids): Promise<ApprovalsFile> {
  let raw: string | null = null;
  try {
    raw = await readPrivateFile(path);
    if (raw === null) return { kind: 'missing', raw };
    const parsed = parseDocument(raw, ids);
    if (!parsed.ok)
      return { kind: 'unusable', raw, problem: sentence(`${path} ${parsed.problem}`) };
    const open = ((await lstat(path)).mode & 0o077) !== 0;
    return { kind: 'usable', raw, document: parsed.document, mend: parsed.changed || open };
  } catch (error) {
    // Ours names the path first; the system's messages name it somewhere.
    const what = error instanceof CompanionError ? error.message : `${path}: ${errorText(error)}`;
    return { kind: 'unusable', raw, problem: sentence(what) };
  }
}

function sentence(what: string): string {
  return `${what}. Nothing runs until it is repaired, or moved away and the companion restarted.`;
}

/**
 * The document a peer sent, with what a closed-schema peer could not send put back.
 * @throws CompanionError INVALID_REQUEST, as {@link approvalsText}.
 */
export function incomingText(current: ApprovalsDocument, incoming: ApprovalsDocument): string {
  approvalsText(incoming);
  return approvalsText(restoreClosed(current, incoming));
}

/**
 * The text of a document for the disk.
 * @throws CompanionError INVALID_REQUEST when it is too large or nested too deeply.
 */
export function approvalsText(document: ApprovalsDocument): string {
  const refuse = (what: string, cause?: unknown): never => {
    throw new CompanionError('INVALID_REQUEST', `the approvals document ${what}`, { cause });
  };
  let text = '';
  try {
    text = renderDocument(document);
  } catch (cause) {
    refuse('is nested too deeply', cause);
  }
  if (Buffer.byteLength(text) > maxBytes) refuse(`would be larger than ${maxBytes} bytes`);
  return text;
}

/** The text on disk where it says the same already, however it is laid out; else a new one. */
export function textInPlace(document: ApprovalsDocument, raw: string | null): string {
  const isSame = raw !== null && JSON.stringify(JSON.parse(raw)) === JSON.stringify(document);
  return isSame ? raw : approvalsText(document);
}

/** @throws CompanionError INVALID_REQUEST in the words of exec-ipc §4.7. */
export function requireBase(baseHash: string | null, hash: string): void {
  const base = baseHash?.trim() ?? '';
  if (base === hash) return;
  const missing = base === '';
  throw new CompanionError(
    'INVALID_REQUEST',
    `INVALID_REQUEST: exec approvals ${missing ? 'base hash required' : 'changed'}; reload and retry`,
    { details: { conflict: missing ? 'base-hash-required' : 'changed' } },
  );
}
