import type { Hasher } from '#core/ports.ts';

const prefix = 'sha256:cwd-argv:v1:';
const nul = '\0';
const utf8 = new TextEncoder();

/**
 * The generated `argPattern`: binds a rule to one working directory and one list of arguments
 * (exec-ipc §5.2). Lengths are in UTF-8 bytes, so no two lists share a text.
 * @param args argv without its first element.
 */
export function cwdArgvPattern(cwd: string, args: readonly string[], hasher: Hasher): string {
  const counted = (text: string) => `${utf8.encode(text).length}${nul}${text}${nul}`;
  const subject = `${counted(cwd)}${args.length}${nul}${args.map(counted).join('')}`;
  return `${prefix}${hasher.sha256Hex(subject)}`;
}
