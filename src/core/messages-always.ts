/**
 * Words about the rules that "always" stores, and why there may be none; reached as
 * `messages.always` (D16). Parameters are raw: surfaces make the sentences safe to show.
 */

const endOf = (expiresAt: number | null): string =>
  expiresAt === null ? 'without an end' : `until ${new Date(expiresAt).toISOString()}`;

export const alwaysMessages = {
  nameOfAll: 'An agent named "*" cannot have rules: they would hold for every agent.',
  unread: (path: string): string =>
    `${path} could not be read whole, so no rule can be tied to its content.`,
  unsettled: (path: string): string =>
    `A rule would be for the content of ${path}, which another command of the text may change first.`,
  wouldStillAsk: 'With a rule for it, the same command would still be asked about.',
  tooLong: 'Its rules would be longer than anybody can be asked to read.',

  /** What an answer stored, for the audit: the sentences that were shown, with agent and time. */
  stored: (
    agentId: string,
    rules: readonly { readonly sentence: string; readonly expiresAt: number | null }[],
  ): string => {
    const whom = agentId === '*' ? 'every agent' : `agent "${agentId}"`;
    const told = rules.map(({ sentence, expiresAt }) => `${sentence} (${endOf(expiresAt)})`);
    return `Stored for ${whom}: ${told.join(' ')}`;
  },
} as const;
