/** No document of ours or of OpenClaw's needs more; far below what would exhaust the stack. */
const deepestDocument = 64;
/** A line or frame around one, so that what is wrong with it can still be said. */
const deepestMessage = 128;

/** Whether a JSON value nests deeper than can be written back for sure. Looks without recursing. */
export function isTooDeep(value: unknown, deepest = deepestDocument): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

/** JSON that somebody else sent; undefined when it is none, or nests too deeply (S26). */
export function parseWireJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value, deepestMessage) ? undefined : value;
  } catch {
    // Not an error of ours: the caller knows what garbage means at this point.
    return undefined;
  }
}
