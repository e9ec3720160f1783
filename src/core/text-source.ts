/** A part of a text, in UTF-16 units; the end is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A text that was made from another one by taking quotes and escapes away, and where in the other
 * one each of its UTF-16 units stands.
 */
export interface TextSource {
  readonly text: string;
  /** By unit. Negative: it stands nowhere. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Some units of a text that may have a source. */
export interface Place extends Span {
  readonly source: TextSource | null;
}

/** Where a place stands in the other text; null when nobody knows, or it is empty. */
export function spanOf({ source, start, end }: Place): Span | null {
  const first = source?.starts[start] ?? -1;
  const last = source?.ends[end - 1] ?? -1;
  return first < 0 || last <= first ? null : { start: first, end: last };
}

/**
 * What `place` says, as a text of its own. Where quotes inside it are in the way, all of it stands
 * for each of its units.
 * @param text the place without its quotes.
 */
export function sourceOf(text: string, place: Place): TextSource {
  const { source, start, end } = place;
  if (source !== null) {
    for (const quote of [0, 1]) {
      const from = start + quote;
      if (end - quote - from !== text.length || !source.text.startsWith(text, from)) continue;
      const to = from + text.length;
      return {
        text,
        starts: source.starts.subarray(from, to),
        ends: source.ends.subarray(from, to),
      };
    }
  }
  const whole = spanOf(place) ?? { start: -1, end: -1 };
  return {
    text,
    starts: new Int32Array(text.length).fill(whole.start),
    ends: new Int32Array(text.length).fill(whole.end),
  };
}

/** One text, a line for each. */
export function joinSources(sources: readonly TextSource[]): TextSource {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return only;
  const text = sources.map((source) => source.text).join('\n');
  const starts = new Int32Array(text.length).fill(-1);
  const ends = new Int32Array(text.length).fill(-1);
  let at = 0;
  for (const source of sources) {
    starts.set(source.starts, at);
    ends.set(source.ends, at);
    at += source.text.length + 1;
  }
  return { text, starts, ends };
}
