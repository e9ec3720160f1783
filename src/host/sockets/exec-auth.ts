import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  challengeMacInput,
  type ExecEnvelope,
  execMacInput,
  execSocketTtlMs,
} from '#protocol/exec-socket.ts';

/** Lower-case hex HMAC-SHA256 over UTF-8, keyed with the token's text (exec-ipc §2). */
export function socketMac(token: string, text: string): string {
  return createHmac('sha256', token).update(text, 'utf8').digest('hex');
}

/** What proves to a client that we know the token too (D13). */
export function challengeProof(token: string, clientNonce: string, serverNonce: string): string {
  return socketMac(token, challengeMacInput(clientNonce, serverNonce));
}

/**
 * Compares two secrets in constant time. Both are hashed first, so that neither length nor
 * content shapes the time (S33).
 */
export function sameSecret(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(expected), digest(given));
}

/** Token as it is compared: trimmed; a blank one opens nothing (null). */
export function usableToken(stored: string): string | null {
  const token = stored.trim();
  return token === '' ? null : token;
}

/** Inclusive, both directions (exec-ipc §2). */
export function isFresh(ts: number, nowMs: number): boolean {
  return Math.abs(nowMs - ts) <= execSocketTtlMs;
}

/**
 * A nonce is one field of the MAC's text. With a colon in it, the MAC of a challenged `exec`
 * (`nonce:serverNonce:ts:json`) would also fit a one-shot `exec` whose nonce is
 * `nonce:serverNonce`, and a captured line could be replayed in the other form.
 */
export function isUnambiguousNonce(nonce: string): boolean {
  return !nonce.includes(':');
}

/** @param serverNonce ours, when a challenge went before on the same connection. */
export function macHolds(
  token: string | null,
  envelope: ExecEnvelope,
  serverNonce: string | undefined,
): boolean {
  if (token === null || !isUnambiguousNonce(envelope.nonce)) return false;
  // Lone surrogates all become U+FFFD in UTF-8: different texts would share one MAC.
  if (!envelope.requestJson.isWellFormed() || !envelope.nonce.isWellFormed()) return false;
  return sameSecret(socketMac(token, execMacInput(envelope, serverNonce)), envelope.hmac);
}
