/** One name for a session, whatever it is called by: the main one has two (node-commands §1.2). */
export function sessionName(key: string | null | undefined): string {
  const name = key?.trim() ?? '';
  return name === 'main' ? 'agent:main:main' : name;
}

/** The main session of an agent: the person's own conversation with it. */
export function isMainSession(name: string): boolean {
  return /^agent:[^:]+:main$/.test(name);
}

/** The agent a session says it belongs to; null when it says nothing. */
export function agentOfSession(name: string): string | null {
  return /^agent:([^:]+):/.exec(name)?.[1] ?? null;
}
