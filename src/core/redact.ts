import { namesSecret } from './secret-names.ts';

/**
 * Takes secrets out of text that is kept or sent on: logs, audit, notifications, CLI output (S30).
 * What stays is enough to recognise the kind. Every pattern runs in linear time: each starts at a
 * place where no earlier match of it can still be running, and none can fail after a long scan.
 */
export const redactedMark = '…redacted';
const mark = redactedMark;

/** Not in the middle of a word; after a literal `\n` of a quoted text counts as a start. */
const start = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))`;

/** Secrets that are recognised by their own shape; the group is what stays. */
const shapes: readonly RegExp[] = [
  `(sk-)[A-Za-z0-9_-]{6,}`,
  `([srp]k_(?:live|test)_)[A-Za-z0-9]{6,}`,
  `(gh[opsur]_)[A-Za-z0-9_]{6,}`,
  `(github_pat_)[A-Za-z0-9_]{6,}`,
  `(glpat-)[A-Za-z0-9_-]{6,}`,
  `(xox[abeoprs]-|xapp-)[A-Za-z0-9-]{6,}`,
  `(npm_|hf_|pypi-|dop_v1_)[A-Za-z0-9_-]{16,}`,
  `(AKIA|ASIA)[A-Z0-9]{12,}`,
  `(AIza)[A-Za-z0-9_-]{30,}`,
  `(ya29\\.)[A-Za-z0-9_-]{16,}`,
  // A JSON Web Token: its header always begins `{"`.
  `(eyJ)[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_-]*)?`,
].map((shape) => new RegExp(`${start}${shape}`, 'g'));

const pem =
  /(-----BEGIN [A-Z0-9 ]*PRIVATE KEY)(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** user:password@ and, for web URLs, token@. The last `@` before the path ends the user part. */
const urlUser = /(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]*):\/\/([^\s/?#'"]*)@/g;

const bearer = /(?<![A-Za-z0-9])(Bearer\s+)[A-Za-z0-9._~+/=-]{6,}/gi;

/**
 * A quoted piece; an unclosed quote reaches to the end. Escaped quotes are those of nested text: a
 * run of backslashes is looked through once, from its start, or it would cost its length squared.
 */
const quotedPiece = String.raw`(?<!\\)\\+"[^"]*"?|'[^']*'?|"(?:[^"\\]|\\[^]?)*"?`;

/** One word of a shell: pieces joined without blanks. */
const word = new RegExp(`(?:${quotedPiece}|\\\\[^]?|[^\\s'"\\\\;&|()])+`, 'y');

/** One value behind a colon, as in JSON and YAML. */
const member = new RegExp(`(?:${quotedPiece}|[^\\s'",;&|(){}\\]])+`, 'y');

/** Header values have blanks in them: to the end of the line or of the quote. */
const headerNames = /^(?:proxy-)?(?:authorization|(?:set-)?cookie)$/i;
const header = /(?:\\*["'])?[^'"\r\n]+/y;

/** A name and what leads to its value: `K=`, `"k": `, `--k `. */
const named =
  /(?<![A-Za-z0-9_.-])(export\s+)?(-{0,2})([A-Za-z_][A-Za-z0-9_.-]*)((?:\\*["'])?\s*[=:]\s*|\s+)/g;

/** Programs that take a password right behind `-p`; elsewhere it means other things. */
const takesShortPassword = /(?<![\w-])(?:mysql\w*|mariadb\w*|sshpass|7z[ar]?|login)(?![\w-])/;
const shortPassword = /(?<=\s)-p\s*/g;
const userAndPassword = /(?<=\s)(?:-u|--user)[\s=]+['"]?[^\s:'"]+:/g;

/** The text without its secrets. Never throws. */
export function redactSecrets(text: string): string {
  let result = text.replace(pem, `$1${mark}`).replace(urlUser, maskUser);
  result = maskBehind(result, named, valueOfNamed);
  result = result.replace(bearer, `$1${mark}`);
  for (const shape of shapes) result = result.replace(shape, `$1${mark}`);
  result = maskBehind(result, userAndPassword, ([lead]) => (/['"]/.test(lead) ? header : word));
  return takesShortPassword.test(result) ? maskBehind(result, shortPassword, () => word) : result;
}

function maskUser(whole: string, protocol: string, user: string): string {
  const colon = user.indexOf(':');
  if (colon >= 0) {
    return colon === user.length - 1 ? whole : `${protocol}://${user.slice(0, colon)}:${mark}@`;
  }
  // `git@` and the like name an account; on the web a lone name is a token.
  return /^https?$/i.test(protocol) && user !== '' ? `${protocol}://${mark}@` : whole;
}

function valueOfNamed([, exported, dashes, name = '', lead = '']: RegExpExecArray): RegExp | null {
  const isOption = dashes !== '';
  const assigns = /[=:]/.test(lead);
  if (!assigns && !isOption) return null;
  if (headerNames.test(name)) return header;
  if (!namesSecret(name) && !(exported !== undefined && assigns)) return null;
  return lead.includes(':') ? member : word;
}

/**
 * Masks what follows each match of `lead`, as far as the pattern chosen by `value` reaches. The
 * search goes on behind what was masked, so no part of the text is looked at twice.
 */
function maskBehind(
  text: string,
  lead: RegExp,
  value: (match: RegExpExecArray) => RegExp | null,
): string {
  let result = '';
  let done = 0;
  lead.lastIndex = 0;
  for (let match = lead.exec(text); match; match = lead.exec(text)) {
    const pattern = value(match);
    const from = lead.lastIndex;
    if (!pattern) continue;
    pattern.lastIndex = from;
    if (!pattern.test(text)) continue;
    result += text.slice(done, from) + mark;
    done = pattern.lastIndex;
    lead.lastIndex = done;
  }
  return result + text.slice(done);
}
