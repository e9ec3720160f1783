import { quoted } from './quoted.ts';

/** Words about rules in the settings window. Parameters are raw (D16). */

const origins: ReadonlyMap<string | null, string> = new Map([
  ['allow-always', 'Always, in the window or terminal'],
  ['settings', 'Added in this window'],
  ['openclaw-mac', 'openclaw-mac policy add'],
  ['manual', 'Written by hand'],
  [null, 'The policy file'],
]);

export const rulesMessages = {
  everyAgent: 'Every agent',
  /** Where a rule comes from; a source that is not ours may say anything. */
  origin: (source: string | null): string => origins.get(source) ?? quoted(source ?? ''),
  notAPath: (path: string): string =>
    `${quoted(path)} is not a whole path. Begin with / or ~/, or give a bare name.`,
  notAFolder: (path: string): string => `${quoted(path)} is not a whole path. Begin with / or ~/.`,
} as const;
