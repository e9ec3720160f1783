import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';

/**
 * Opens `--token-file`; `-` is stdin, which is read once. The returned function reads a file again,
 * so that a rotated token is picked up.
 * @throws CompanionError USAGE when it cannot be read or is empty.
 */
export async function openTokenFile(file: string): Promise<() => Promise<string>> {
  const first = await readToken(file);
  return file === '-' ? async () => first : () => readToken(file);
}

async function readToken(file: string): Promise<string> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch(
    (cause: unknown) => {
      throw new CompanionError('USAGE', messages.cli.tokenFileUnreadable(file), { cause });
    },
  );
  const token = content.trim();
  if (token === '') throw new CompanionError('USAGE', messages.cli.tokenFileEmpty(file));
  return token;
}
