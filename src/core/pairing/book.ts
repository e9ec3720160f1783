import type { PairingKind, PairingRequest } from './types.ts';

/** The requests we know of. Pure: every function answers with a new book. */
export type PairingBook = ReadonlyMap<string, PairingRequest>;

export const emptyBook: PairingBook = new Map();

/** Kept of each kind; more are a flood, and the ones that wait longest stay (S26). */
const maxOfKind = 128;

/** Gateways forget a request after five minutes (gateway §7.1); a second later it is gone for sure. */
export const pairingLifeMs = 5 * 60_000 + 1_000;

export function pairingKey(kind: PairingKind, requestId: string): string {
  return `${kind} ${requestId}`;
}

const keyOf = ({ kind, requestId }: PairingRequest): string => pairingKey(kind, requestId);

const byAge = (a: PairingRequest, b: PairingRequest): number =>
  a.atMs - b.atMs || (keyOf(a) < keyOf(b) ? -1 : 1);

/** Oldest first. */
export function inOrder(book: PairingBook): readonly PairingRequest[] {
  return [...book.values()].sort(byAge);
}

function bookOf(requests: readonly PairingRequest[]): PairingBook {
  const counts = { device: 0, node: 0 };
  const kept = requests.toSorted(byAge).filter(({ kind }) => ++counts[kind] <= maxOfKind);
  return new Map(kept.map((request) => [keyOf(request), request]));
}

/**
 * What the Gateway lists of one kind takes the place of what we had of it.
 * @param touched keys that an event told of while the list was under way: of those we know better.
 */
export function withList(
  book: PairingBook,
  kind: PairingKind,
  listed: readonly PairingRequest[],
  touched: ReadonlySet<string>,
): PairingBook {
  const kept = [...book.values()].filter((one) => one.kind !== kind || touched.has(keyOf(one)));
  return bookOf([...kept, ...listed.filter((one) => !touched.has(keyOf(one)))]);
}

export function withRequest(book: PairingBook, request: PairingRequest): PairingBook {
  return bookOf([...without(book, keyOf(request)).values(), request]);
}

export function without(book: PairingBook, key: string): PairingBook {
  return new Map([...book].filter(([other]) => other !== key));
}

/** While the Gateway can be asked, its list says what has expired; otherwise the time does. */
export function withoutExpired(book: PairingBook, nowMs: number): PairingBook {
  return new Map([...book].filter(([, { atMs }]) => atMs + pairingLifeMs > nowMs));
}

/** Ms until the next one expires by our clock; null when none will. */
export function nextExpiry(book: PairingBook, nowMs: number): number | null {
  const left = [...book.values()].map(({ atMs }) => atMs + pairingLifeMs - nowMs);
  const coming = left.filter((ms) => ms > 0);
  return coming.length === 0 ? null : Math.min(...coming);
}

export function sameBook(one: PairingBook, other: PairingBook): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([key, { digest }]) => other.get(key)?.digest === digest);
}
