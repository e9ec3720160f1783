import { isJsonObject } from './json.ts';

/**
 * Changes single members in the text of a JSON object and leaves every other byte as it is, for
 * files that belong to somebody else (D3).
 */

interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The text with string members of one member object set; what is missing is added.
 * @param text a JSON object.
 * @returns null when `text` is no JSON object, or its member `name` is something else than one.
 */
export function spliceMembers(
  text: string,
  name: string,
  values: Readonly<Record<string, string>>,
): string | null {
  const outer = parseObject(text);
  if (outer === null) return null;
  const inner = Object.hasOwn(outer, name) ? outer[name] : undefined;
  if (inner !== undefined && !isJsonObject(inner)) return null;
  const start = text.indexOf('{');
  // The last of several members of one name is the one that counts.
  const found = members(text, start).findLast((member) => member.name === name);
  if (found === undefined) return withMember(text, start, name, JSON.stringify(values));
  let object = text.slice(found.start, found.end);
  for (const [key, value] of Object.entries(values)) {
    const old = members(object, 0).findLast((member) => member.name === key);
    const json = JSON.stringify(value);
    object =
      old === undefined
        ? withMember(object, 0, key, json)
        : object.slice(0, old.start) + json + object.slice(old.end);
  }
  return text.slice(0, found.start) + object + text.slice(found.end);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    // The caller says whose file it is, and quotes nothing of it.
    return null;
  }
}

/** Adds a member in front, laid out like the first one that is there. */
function withMember(text: string, brace: number, name: string, json: string): string {
  const inside = text.slice(brace + 1);
  const space = /^\s*/.exec(inside)?.[0] ?? '';
  const isEmpty = inside[space.length] === '}';
  const member = `${JSON.stringify(name)}:${space === '' ? '' : ' '}${json}`;
  return `${text.slice(0, brace + 1)}${isEmpty ? '' : space}${member}${isEmpty ? '' : ','}${inside}`;
}

/** Where the values of an object stand that begins at `brace`. The text is known to be valid. */
function members(text: string, brace: number): Member[] {
  const found: Member[] = [];
  let at = skip(text, brace + 1, /[\s,]/);
  while (at < text.length && text[at] !== '}') {
    const nameEnd = endOfValue(text, at);
    const name = String(JSON.parse(text.slice(at, nameEnd)));
    const start = skip(text, nameEnd, /[\s:]/);
    const end = endOfValue(text, start);
    found.push({ name, start, end });
    at = skip(text, end, /[\s,]/);
  }
  return found;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text[at] ?? '')) at += 1;
  return at;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== '{' && text[start] !== '[') {
    return skip(text, start, /[^\s,:\]}]/);
  }
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
