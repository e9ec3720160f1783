/** A shell text that first enters a folder and then does something there. */
export interface LeadingFolder {
  readonly folder: string;
  /** The text after `cd FOLDER &&`, unchanged. */
  readonly rest: string;
}

const plain = '[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*';
const leading = new RegExp(
  `^[ \\t]*cd[ \\t]+(?:(${plain})|'([^'\\-~\\n\\r][^'\\n\\r]*)')[ \\t]*&&[ \\t]*(?=[^ \\t\\n\\r&|;])`,
);

/**
 * Reads `cd FOLDER && …`, how agents mostly start, where the folder is a plain word or in single
 * quotes. What follows is then proved, and run, in that folder, so that no shell has to change it.
 * @returns null for every other text, and every other way of writing it.
 */
export function readLeadingFolder(text: string): LeadingFolder | null {
  const match = leading.exec(text);
  const folder = match?.[1] ?? match?.[2];
  if (match === null || folder === undefined) return null;
  if (leadsBack(folder)) return null;
  return { folder, rest: text.slice(match[0].length) };
}

/** Of `link/..` the shell forgets the link, the kernel follows it. */
function leadsBack(folder: string): boolean {
  const parts = folder.split('/');
  const named = parts.findIndex((part) => !['', '.', '..'].includes(part));
  return named !== -1 && parts.includes('..', named);
}
