import { CompanionError } from '#core/errors.ts';
import { approvalsDocumentSchema } from '#protocol/approvals-document.ts';
import { fileIdentity } from './file-identity.ts';
import { readPrivateFile } from './private-file.ts';

/**
 * Token of a companion's exec socket, from its approvals document; for a node host beside it. It is
 * needed for every command, so the file is read again only when it changed.
 * @throws CompanionError UNREACHABLE while there is no document yet; STATE when it cannot be used.
 */
export function createExecTokenReader(path: string): () => Promise<string> {
  let known: { readonly file: string; readonly token: string } | null = null;
  return async () => {
    // Identity first, text second: an edit in between is read again next time.
    const file = fileIdentity(path);
    if (known !== null && known.file === file) return known.token;
    const token = await readToken(path);
    known = file === null ? null : { file, token };
    return token;
  };
}

async function readToken(path: string): Promise<string> {
  const text = await readPrivateFile(path);
  if (text === null) {
    throw new CompanionError('UNREACHABLE', `there is no ${path} yet`, {
      hint: 'It is made when the companion starts for the first time.',
    });
  }
  const token = approvalsDocumentSchema.safeParse(jsonOrNull(text)).data?.socket?.token?.trim();
  if (token) return token;
  throw new CompanionError('STATE', `${path} names no socket token`, {
    hint: 'Look at the file: it is malformed, or of a newer version.',
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says what is wrong without quoting the file.
    return null;
  }
}
