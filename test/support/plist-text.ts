/** A value of a property list; what our LaunchAgent does not use is not known. */
type PlistValue =
  | string
  | number
  | boolean
  | readonly PlistValue[]
  | { readonly [key: string]: PlistValue };

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Reads an XML property list; throws for anything that is not exactly well formed. */
export function readPlist(xml: string): PlistValue {
  const body = /^<\?xml[^>]*\?>\s*<!DOCTYPE plist[^>]*>\s*<plist version="1\.0">(.*)<\/plist>\s*$/s;
  const tokens = [...(body.exec(xml)?.[1] ?? '').matchAll(/<[^<>]*>|[^<>]+/g)].map(([one]) => one);
  let at = 0;
  const next = (): string => tokens[at++] ?? 'the end';
  const skipSpace = () => {
    while (tokens[at]?.trim() === '') at++;
  };
  const expectTag = (tag: string) => {
    const found = next();
    if (found !== tag) throw new Error(`expected ${tag}, found ${found}`);
  };
  const content = (tag: string): string => {
    const text = tokens[at]?.startsWith('<') ? '' : next();
    expectTag(`</${tag}>`);
    return text.replace(/&([a-z]*);?/g, (whole, name: string) => {
      const character = whole.endsWith(';') ? entities[name] : undefined;
      if (character === undefined) throw new Error(`unknown entity ${whole}`);
      return character;
    });
  };
  const items = (end: string): PlistValue[] => {
    const found: PlistValue[] = [];
    for (skipSpace(); tokens[at] !== end; skipSpace()) found.push(value());
    expectTag(end);
    return found;
  };
  const dict = (): PlistValue => {
    const found: Record<string, PlistValue> = {};
    for (skipSpace(); tokens[at] !== '</dict>'; skipSpace()) {
      expectTag('<key>');
      const key = content('key');
      if (key in found) throw new Error(`${key} is there twice`);
      skipSpace();
      found[key] = value();
    }
    expectTag('</dict>');
    return found;
  };
  const value = (): PlistValue => {
    const tag = next();
    if (tag === '<true/>' || tag === '<false/>') return tag === '<true/>';
    if (tag === '<string>') return content('string');
    if (tag === '<integer>') return Number(content('integer'));
    if (tag === '<array>') return items('</array>');
    if (tag === '<dict>') return dict();
    throw new Error(`unknown ${tag}`);
  };
  skipSpace();
  const whole = value();
  skipSpace();
  if (at !== tokens.length) throw new Error(`something follows: ${next()}`);
  return whole;
}
