import { z } from 'zod';
import { CompanionError, errorText } from '#core/errors.ts';
import { checkDocument } from '#core/policy/document.ts';
import type { Ids } from '#core/ports.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { fileIdentity } from './file-identity.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** What was in force when the companion stopped; told from what somebody wrote since (S17). */
interface ConfirmedPolicy {
  /** SHA-256 hex of the text of the approvals document that this belongs to. */
  readonly hash: string;
  readonly document: ApprovalsDocument;
}

export type ConfirmedFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'usable'; readonly policy: ConfirmedPolicy }
  | { readonly kind: 'unusable'; readonly problem: string };

const fileSchema = z.object({
  version: z.literal(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  document: z.unknown(),
});

/** `exec-approvals.json` → `exec-approvals.confirmed.json`. */
export function confirmedPath(approvalsPath: string): string {
  return `${approvalsPath.replace(/\.json$/, '')}.confirmed.json`;
}

/** Never throws: without a good record nothing but the fresh policy counts as confirmed. */
export async function readConfirmed(path: string, ids: Ids): Promise<ConfirmedFile> {
  try {
    const text = await readPrivateFile(path);
    return text === null ? { kind: 'missing' } : parseConfirmed(path, text, ids);
  } catch (error) {
    // Ours names the path first; the system's messages name it somewhere.
    const what = error instanceof CompanionError ? error.message : `${path}: ${errorText(error)}`;
    return { kind: 'unusable', problem: what };
  }
}

function parseConfirmed(path: string, text: string, ids: Ids): ConfirmedFile {
  const unusable = { kind: 'unusable', problem: `${path} is malformed` } as const;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the fault, which may be the token.
    return unusable;
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) return unusable;
  const { hash, document } = parsed.data;
  const checked = checkDocument(document, ids);
  return checked.ok ? { kind: 'usable', policy: { hash, document: checked.document } } : unusable;
}

/** The record of a running companion, which knows what it wrote there last. */
export interface ConfirmedRecord {
  readonly path: string;
  /** Durable when it resolves. @throws CompanionError STATE when it is too large. */
  write(policy: ConfirmedPolicy): Promise<void>;
  /** The file on disk is the one to compare with from now on. */
  adopt(): void;
  /** False: somebody else wrote it since, or removed it. */
  isOurs(): boolean;
}

export function createConfirmedRecord(approvalsPath: string): ConfirmedRecord {
  const path = confirmedPath(approvalsPath);
  let known: string | null = null;
  const adopt = (): void => {
    known = fileIdentity(path);
  };
  return {
    path,
    async write({ hash, document }) {
      await writePrivateFile(path, `${JSON.stringify({ version: 1, hash, document })}\n`);
      adopt();
    },
    adopt,
    isOurs: () => known !== null && fileIdentity(path) === known,
  };
}
