import { displayText } from './display.ts';

/** Text of others on one line, as {@link displayText} shows it. */
export const safe = (raw: string): string => displayText(raw).text;

/** For a surface that puts the quotes itself: a quote inside cannot end the quotation. */
export const quotable = (raw: string): string => safe(raw).replace(/["“”]/g, '\\$&');

/** A quote inside is escaped: a name cannot end its own quotation. */
export const quoted = (raw: string): string => `"${quotable(raw)}"`;

/** A name that its bearer told us and nobody proved (S25). */
export const claimed = (raw: string): string => `${quoted(raw)} (claimed)`;
