import { readFile } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';
import type { WindowName } from '#ipc/contract.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { pageHost, pageOrigin, pageScheme } from './page-origin.ts';

/** For `protocol.registerSchemesAsPrivileged`, before the app is ready (ES-14). */
export const pageSchemePrivileges = {
  scheme: pageScheme,
  privileges: { standard: true, secure: true },
} as const;

/** What the build puts into the renderer folder; any other kind of file is not served. */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const notFound = (): Response => new Response(null, { status: 404, headers });

/** Plain names only: no encoding, no backslash, no dot segment, no empty segment, no hidden file. */
const plainPath = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/;

/** The file a request means and how to label it; null when it is not one of ours. */
function locate(request: Request, root: string): { path: string; type: string } | null {
  if (request.method !== 'GET' || !URL.canParse(request.url)) return null;
  const url = new URL(request.url);
  if (url.protocol !== `${pageScheme}:` || url.host !== pageHost) return null;
  if (!plainPath.test(url.pathname)) return null;
  const path = resolve(root, `.${url.pathname}`);
  if (!path.startsWith(resolve(root) + sep)) return null;
  const type = mimeTypes[extname(path)];
  return type === undefined ? null : { path, type };
}

/**
 * Answers `app://companion/…` from the renderer folder and nothing else (ES-14); what is not there
 * is 404, never a reason.
 */
export function createAppProtocol(deps: {
  /** Folder of the built pages. */
  readonly root: string;
}): (request: Request) => Promise<Response> {
  return async (request) => {
    const file = locate(request, deps.root);
    if (!file) return notFound();
    try {
      const body = new Uint8Array(await readFile(file.path));
      return new Response(body, { headers: { ...headers, 'content-type': file.type } });
    } catch {
      // Not there, or a folder: the same answer as for any other name.
      return notFound();
    }
  };
}

/** Address of one of our pages. */
export const pageUrl = (page: WindowName): string => `${pageOrigin}/${page}.html`;
