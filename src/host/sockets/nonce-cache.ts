import { closeSync, constants, openSync, writeSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { errorText } from '#core/errors.ts';
import type { Clock, Hasher, Logger } from '#core/ports.ts';
import { readPrivateFile } from '#host/store/private-file.ts';
import { execSocketTtlMs } from '#protocol/exec-socket.ts';

/** `unavailable`: it cannot be told whether the nonce is new; the request must not run. */
type NonceVerdict = 'fresh' | 'seen' | 'unavailable';

/**
 * Nonces of one-shot `exec` messages, remembered for as long as a captured line could pass the
 * TTL check, across restarts (S12, D13).
 */
export interface NonceCache {
  /** Reads what an earlier process left. The caller holds the socket's lifecycle lock. */
  open(): Promise<void>;
  /** Looks without claiming: the cheap check before the MAC. */
  has(nonce: string): boolean;
  /** Takes the nonce; it is in the file before this returns. Only for messages whose MAC held. */
  claim(nonce: string): NonceVerdict;
  close(): void;
}

export interface NonceCacheDeps {
  readonly path: string;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly log: Logger;
  /** Live nonces kept at most; above it nothing is accepted. */
  readonly maxEntries?: number;
}

/** A line stamped at the far edge of the window can come again for twice the TTL. */
const rememberMs = 2 * execSocketTtlMs;
/** Lines after which the file is written anew, once at least half of them have expired. */
const compactAfter = 4_096;

/** One line of the file: SHA-256 of the nonce (they may be long), and when it may be forgotten. */
const entrySchema = z.strictObject({ n: z.string().regex(/^[0-9a-f]{64}$/), x: z.int() });

export function createNonceCache(deps: NonceCacheDeps): NonceCache {
  return new FileNonceCache(deps);
}

class FileNonceCache implements NonceCache {
  readonly #deps: NonceCacheDeps;
  /** Hash of the nonce → when to forget it; oldest first. */
  #live = new Map<string, number>();
  #fd: number | null = null;
  #lines = 0;
  /** Until then nothing is accepted, because we do not know what was accepted before. */
  #blindUntilMs = 0;

  constructor(deps: NonceCacheDeps) {
    this.#deps = deps;
  }

  async open(): Promise<void> {
    const { path, clock, log } = this.#deps;
    this.close();
    let text: string | null;
    try {
      text = await readPrivateFile(path);
    } catch (error) {
      // What stands there is not ours to replace. Peers that use the challenge are not affected.
      log.error('exec-socket.nonces.unreadable', { path, error: errorText(error) });
      return;
    }
    const entries = parseEntries(text ?? '');
    const now = clock.now();
    if (entries === null) {
      log.warn('exec-socket.nonces.damaged', { path, refusingMs: rememberMs });
      this.#blindUntilMs = now + rememberMs;
    }
    // A date far ahead comes from a clock that was set back since; no nonce is needed that long.
    this.#live = new Map((entries ?? []).map(({ n, x }) => [n, Math.min(x, now + rememberMs)]));
    this.#forgetExpired(now);
    this.#tryWriting(() => this.#rewrite());
  }

  has(nonce: string): boolean {
    this.#forgetExpired(this.#deps.clock.now());
    return this.#live.has(this.#deps.hasher.sha256Hex(nonce));
  }

  claim(nonce: string): NonceVerdict {
    const now = this.#deps.clock.now();
    this.#forgetExpired(now);
    const key = this.#deps.hasher.sha256Hex(nonce);
    if (this.#live.has(key)) return 'seen';
    const full = this.#live.size >= (this.#deps.maxEntries ?? 100_000);
    if (full || now <= this.#blindUntilMs) return 'unavailable';
    const expires = now + rememberMs;
    if (!this.#tryWriting(() => this.#append(key, expires))) return 'unavailable';
    this.#live.set(key, expires);
    return 'fresh';
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    this.#live.clear();
  }

  #forgetExpired(now: number): void {
    for (const [key, expires] of this.#live) {
      if (expires >= now) return;
      this.#live.delete(key);
    }
  }

  /** One write without fsync: safe against the end of our process, which is what a replay needs. */
  #append(key: string, expires: number): void {
    if (this.#fd === null) throw new Error('the nonce file is not open');
    if (this.#lines >= Math.max(compactAfter, 2 * this.#live.size)) this.#rewrite();
    writeSync(this.#fd, line(key, expires));
    this.#lines += 1;
  }

  #rewrite(): void {
    const { path } = this.#deps;
    const text = [...this.#live].map(([key, expires]) => line(key, expires)).join('');
    writeFileAtomic.sync(path, text, { encoding: 'utf8', mode: 0o600, fsync: false });
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW);
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = fd;
    this.#lines = this.#live.size;
  }

  #tryWriting(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      const { path, log } = this.#deps;
      log.error('exec-socket.nonces.unwritable', { path, error: errorText(error) });
      return false;
    }
  }
}

function line(key: string, expires: number): string {
  return `${JSON.stringify({ n: key, x: expires })}\n`;
}

/** Null when any line is not one of ours: then some accepted nonce may be missing. */
function parseEntries(text: string): readonly z.infer<typeof entrySchema>[] | null {
  if (text !== '' && !text.endsWith('\n')) return null;
  const entries: z.infer<typeof entrySchema>[] = [];
  for (const part of text.split('\n').slice(0, -1)) {
    const entry = entrySchema.safeParse(tryJson(part));
    if (!entry.success) return null;
    entries.push(entry.data);
  }
  return entries;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A damaged line; the schema refuses `undefined`.
    return undefined;
  }
}
