import type { IncomingHttpHeaders } from 'node:http';

/** Which HTTP requests may speak at all, and which count as local (S2, gateway §3.3). */

/**
 * Host is checked against DNS rebinding, Origin against web pages; both before any frame.
 * @returns why a request is refused with 403, or null.
 */
export function refusal(
  headers: IncomingHttpHeaders,
  allowedOrigins: readonly string[],
): string | null {
  const host = headers.host ?? '';
  if (!isLoopbackName(hostName(host))) return 'this gateway answers on loopback names only';
  const origin = headers.origin;
  if (origin === undefined || origin === `http://${host}`) return null;
  return allowedOrigins.includes(origin) ? null : 'origin not allowed';
}

/** Socket peer, Host header and no proxy in between: only then pairing is silent (gateway §3.3). */
export function isLocalPeer(address: string | undefined, headers: IncomingHttpHeaders): boolean {
  if (!isLoopbackAddress(address)) return false;
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostName(headers.host ?? ''))) return false;
  return proxyHeaders.every((name) => headers[name] === undefined);
}

const proxyHeaders = ['x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'forwarded'] as const;

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** Lower-case name of a Host header, without its port; empty when there is none. */
function hostName(host: string): string {
  return (/^(\[[0-9a-f:]+\]|[^:[\]@/]+)(:\d{1,5})?$/i.exec(host)?.[1] ?? '').toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}
