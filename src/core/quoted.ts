import { displayText } from './display.ts';

/** Text of others on one line, as {@link displayText} shows it. */
export const safe = (raw: string): string => displayText(raw).text;

/** A quote inside is escaped: a name cannot end its own quotation. */
export const quoted = (raw: string): string => `"${safe(raw).replaceAll('"', '\\"')}"`;
