import type { Ids } from '#core/ports.ts';
import {
  type ApprovalsDocument,
  type ApprovalsSnapshot,
  approvalsDocumentSchema,
} from '#protocol/approvals-document.ts';
import { isTooDeep } from '#protocol/wire-json.ts';
import { closedView } from './closed-view.ts';
import { isJsonObject } from './json.ts';
import { normalizeDocument } from './normalize.ts';
import type { PolicySnapshot } from './types.ts';

export type ParsedDocument =
  | {
      readonly ok: true;
      readonly document: ApprovalsDocument;
      /** Normalisation changed something that is worth writing back. */
      readonly changed: boolean;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the approvals document. Malformed text, another version or a value outside the schema is a
 * problem, never an empty document (exec-ipc §4.6). The problem quotes no content: it may be secret.
 */
export function parseDocument(rawText: string, ids: Ids): ParsedDocument {
  let value: unknown;
  try {
    value = JSON.parse(rawText);
  } catch (error) {
    // The parser's own message quotes the text around the fault, which may be the token.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    return { ok: false, problem: `is not valid JSON${place === undefined ? '' : ` (${place})`}` };
  }
  return checkDocument(value, ids);
}

/** {@link parseDocument} for a value that was JSON already. */
export function checkDocument(value: unknown, ids: Ids): ParsedDocument {
  if (!isJsonObject(value)) return { ok: false, problem: 'is not a JSON object' };
  if (value.version !== 1) {
    const version = value.version;
    const named = typeof version === 'number' ? `version ${version}` : 'no version number';
    return { ok: false, problem: `has ${named}; this program reads version 1` };
  }
  if (isTooDeep(value)) return { ok: false, problem: 'is nested too deeply' };
  // The schema leaves a member of that name out of what it checks.
  if (isJsonObject(value.agents) && Object.hasOwn(value.agents, '__proto__')) {
    return { ok: false, problem: 'names an agent __proto__, which no agent can be' };
  }
  const document = normalizeDocument(value, ids);
  const checked = approvalsDocumentSchema.safeParse(document);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.map(String).join('.') ?? '';
    return { ok: false, problem: `is not a valid document at ${where}: ${issue?.message ?? ''}` };
  }
  const changed = JSON.stringify(document) !== JSON.stringify(value);
  // Not `checked.data`: the schema would move known keys before unknown ones.
  return { ok: true, document: document as ApprovalsDocument, changed };
}

/** The text that is written to disk: two spaces, a newline at the end, keys in their order. */
export function renderDocument(document: ApprovalsDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * What a peer may see: no socket token, no socket at all without a path (exec-ipc §4.7).
 * @param options.closedSchema the peer refuses keys that FEB's schema does not have.
 */
export function redactedSnapshot(
  snapshot: PolicySnapshot,
  options: { readonly closedSchema?: boolean } = {},
): ApprovalsSnapshot {
  const { path, exists, hash } = snapshot;
  const document = options.closedSchema ? closedView(snapshot.document) : snapshot.document;
  const { version, socket, ...rest } = document;
  const shown = socket?.path === undefined ? {} : { socket: { path: socket.path } };
  return { path, exists, hash, file: { version, ...shown, ...rest } };
}

/** Socket path and token of `incoming`, where blank those of `current` (exec-ipc §4.7). */
export function keepSocket(
  incoming: ApprovalsDocument,
  current: ApprovalsDocument,
): ApprovalsDocument {
  const path = incoming.socket?.path?.trim() || current.socket?.path;
  const token = incoming.socket?.token?.trim() || current.socket?.token;
  return {
    ...incoming,
    socket: {
      ...incoming.socket,
      ...(path === undefined ? {} : { path }),
      ...(token === undefined ? {} : { token }),
    },
  };
}
