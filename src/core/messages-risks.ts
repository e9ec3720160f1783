import { quoted } from './quoted.ts';

const list = (names: readonly string[]): string => names.join(', ');

/**
 * What a command could do, from its words alone; reached as `messages.risks` (D16). Programs are
 * named as our own tables name them, so nothing of the command is repeated but the look-alikes.
 */
export const risks = {
  deletes: (programs: readonly string[]): string => `deletes recursively (${list(programs)})`,
  overwrites: (programs: readonly string[]): string =>
    `overwrites or deletes branches of a remote (${list(programs)})`,
  outside: 'writes or deletes outside the working folder',
  downloads: (programs: readonly string[]): string =>
    `gets something from the network and can run it (${list(programs)})`,
  privilege: (programs: readonly string[]): string =>
    `takes the rights of another user (${list(programs)})`,
  runs: (programs: readonly string[]): string => `runs another program (${list(programs)})`,
  computed: 'one that is named only while it runs',
  unverified: (programs: readonly string[]): string => `content not verified (${list(programs)})`,
  environment: (programs: readonly string[]): string =>
    `reads environment variables, which can hold secrets (${list(programs)})`,
  hidden: 'hidden or misleading characters are shown as \\u{…}; what runs contains the real ones',
  lookalikes: (words: readonly string[]): string =>
    `letters that look like others: ${words.map((word) => quoted(word)).join(', ')}`,
} as const;
