import type { AgentEvent } from '#protocol/gateway-agent-events.ts';

/** What an agent says it does with a tool; texts are raw and short. */
export interface ToolWork {
  readonly kind: 'run' | 'read' | 'write' | 'edit' | 'use';
  /** First line of the command, end of the file's path, or name of the tool; empty when not told. */
  readonly what: string;
}

/** Names of the same tool in the versions that are around (app-features §1). */
const kinds: ReadonlyMap<string, ToolWork['kind']> = new Map([
  ['exec', 'run'],
  ['bash', 'run'],
  ['shell', 'run'],
  ['read', 'read'],
  ['write', 'write'],
  ['edit', 'edit'],
]);

/** A line is a glance; more is not kept. */
const maxChars = 200;

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  const characters = [...line.slice(0, 2 * maxChars)];
  const isCut = characters.length > maxChars;
  // Always put together anew: a part of a text keeps the whole of it in memory (S26).
  return `${characters.slice(0, isCut ? maxChars - 1 : maxChars).join('')}${isCut ? '…' : ''}`;
}

/** `data` of a tool's start. */
export function toolWork({ name = '', args }: AgentEvent['data']): ToolWork {
  const kind = kinds.get(name.trim().toLowerCase()) ?? 'use';
  if (kind === 'use') return { kind, what: firstLine(name) };
  if (kind === 'run') return { kind, what: firstLine(args?.command ?? '') };
  return { kind, what: shortPath(firstLine(args?.path ?? args?.file_path ?? '')) };
}

/** Its end says most: `…/api/server.ts`. */
function shortPath(path: string): string {
  const parts = path.split('/');
  return parts.length > 4 ? `…/${parts.slice(-2).join('/')}` : path;
}
