import { EventEmitter } from 'node:events';
import type { OnBeforeRequestListenerDetails, Session } from 'electron';

type Serve = (request: Request) => Response | Promise<Response>;
type Hook = Parameters<Session['webRequest']['onBeforeRequest']>[0];

/** Records the handlers a session was given and lets tests ask them. */
export class FakeSession extends EventEmitter {
  readonly partition: string;
  permissionRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;
  devicePermission: Parameters<Session['setDevicePermissionHandler']>[0] = null;
  displayMedia: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null;
  beforeRequest: Hook = null;
  readonly schemes = new Map<string, Serve>();

  constructor(partition: string) {
    super();
    this.partition = partition;
  }

  readonly webRequest = {
    onBeforeRequest: (listener: Hook) => {
      this.beforeRequest = listener;
    },
  };

  readonly protocol = {
    handle: (scheme: string, serve: Serve) => {
      if (this.schemes.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      this.schemes.set(scheme, serve);
    },
    unhandle: (scheme: string) => void this.schemes.delete(scheme),
    isProtocolHandled: (scheme: string) => this.schemes.has(scheme),
  } satisfies Pick<Session['protocol'], 'handle' | 'unhandle' | 'isProtocolHandled'>;

  setPermissionRequestHandler(handler: FakeSession['permissionRequest']): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: FakeSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: FakeSession['devicePermission']): void {
    this.devicePermission = handler;
  }

  setDisplayMediaRequestHandler(handler: FakeSession['displayMedia']): void {
    this.displayMedia = handler;
  }

  /** Whether a page's request would be cancelled. */
  async cancels(
    url: string,
    resourceType: OnBeforeRequestListenerDetails['resourceType'] = 'mainFrame',
  ): Promise<boolean> {
    const hook = this.beforeRequest;
    if (!hook) return false;
    const details = { id: 1, url, method: 'GET', resourceType, referrer: '' };
    return new Promise((resolve) => {
      hook(details as OnBeforeRequestListenerDetails, ({ cancel }) => resolve(cancel ?? false));
    });
  }

  /** A page's request, as Chromium would make it: the hook first, then the scheme's handler. */
  async load(
    request: Request,
    resourceType: OnBeforeRequestListenerDetails['resourceType'] = 'mainFrame',
  ): Promise<Response> {
    if (await this.cancels(request.url, resourceType)) throw new Error('ERR_BLOCKED_BY_CLIENT');
    const serve = this.schemes.get(new URL(request.url).protocol.slice(0, -1));
    if (!serve) throw new Error('ERR_UNKNOWN_URL_SCHEME');
    return serve(request);
  }
}
