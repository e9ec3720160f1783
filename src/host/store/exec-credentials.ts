import { CompanionError } from '#core/errors.ts';
import { approvalsDocumentSchema } from '#protocol/approvals-document.ts';
import { readPrivateFile } from './private-file.ts';

/** Where a companion's exec socket is and what opens it, as its own document says. */
export interface ExecCredentials {
  /** Null when the document names none: then it is the state directory's default. */
  readonly socketPath: string | null;
  readonly token: string;
}

/**
 * Reads the socket's path and token for a node host that runs beside a companion.
 * @throws CompanionError UNREACHABLE while there is no document yet; STATE when it cannot be used.
 */
export async function readExecCredentials(path: string): Promise<ExecCredentials> {
  const text = await readPrivateFile(path);
  if (text === null) {
    throw new CompanionError('UNREACHABLE', `there is no ${path} yet`, {
      hint: 'It is made when the companion starts for the first time.',
    });
  }
  const parsed = approvalsDocumentSchema.safeParse(jsonOrNull(text));
  const token = parsed.data?.socket?.token?.trim();
  if (!token) {
    throw new CompanionError('STATE', `${path} names no socket token`, {
      hint: 'Look at the file: it is malformed, or of a newer version.',
    });
  }
  return { socketPath: parsed.data?.socket?.path?.trim() || null, token };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says what is wrong without quoting the file.
    return null;
  }
}
