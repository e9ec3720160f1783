import { vi } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import type { GatewayLink, LinkState } from '#host/node/types.ts';
import type { EventFrame } from '#protocol/gateway-frames.ts';

/** A device that waits, as a Gateway says it (gateway §7.1). */
export function wireDevice(requestId: string, over: object = {}): Record<string, unknown> {
  return {
    requestId,
    deviceId: `device-${requestId}`,
    publicKey: 'key',
    displayName: 'build box',
    platform: 'linux',
    clientId: 'cli',
    clientMode: 'cli',
    role: 'operator',
    roles: ['operator'],
    scopes: ['operator.read'],
    remoteIp: '192.0.2.7',
    silent: false,
    isRepair: false,
    ts: 1_770_000_000_000,
    ...over,
  };
}

export function wireNode(requestId: string, over: object = {}): Record<string, unknown> {
  return {
    requestId,
    nodeId: `node-${requestId}`,
    displayName: 'old phone',
    platform: 'ios 18',
    version: '2026.2.6',
    commands: ['camera.snap'],
    ts: 1_770_000_000_000,
    ...over,
  };
}

type Answer = (params: unknown) => unknown;

/** The operator's connection, moved by hand. */
export function createFakeLink() {
  const events = new Set<(frame: EventFrame) => void>();
  const states = new Set<(state: LinkState) => void>();
  const hello = { type: 'hello-ok' } as unknown as Extract<
    LinkState,
    { kind: 'connected' }
  >['hello'];
  let state: LinkState = { kind: 'connected', hello };
  const methods = new Map<string, Answer>();
  const asked: { readonly method: string; readonly params: unknown }[] = [];
  const go = (next: LinkState): void => {
    state = next;
    for (const listener of [...states]) listener(next);
  };
  const link: Pick<GatewayLink, 'state' | 'request' | 'onEvent' | 'onState'> = {
    get state() {
      return state;
    },
    request: vi.fn(async (method: string, params: unknown) => {
      asked.push({ method, params });
      const answer = methods.get(method);
      if (!answer) throw new CompanionError('INVALID_REQUEST', `unknown method: ${method}`);
      return answer(params);
    }),
    onEvent(listener) {
      events.add(listener);
      return () => void events.delete(listener);
    },
    onState(listener) {
      states.add(listener);
      return () => void states.delete(listener);
    },
  };
  return {
    link,
    asked,
    /** How often a method was asked. */
    count: (method: string) => asked.filter((one) => one.method === method).length,
    answer: (method: string, answer: Answer) => void methods.set(method, answer),
    /** What waits at the Gateway, as its lists say it. */
    lists(pending: { readonly device?: unknown; readonly node?: unknown }) {
      methods.set('device.pair.list', () => ({ pending: pending.device ?? [], paired: [] }));
      methods.set('node.pair.list', () => ({ pending: pending.node ?? [], paired: [] }));
    },
    event(event: string, payload: unknown, seq?: number) {
      const frame = { type: 'event', event, payload, ...(seq === undefined ? {} : { seq }) };
      for (const listener of [...events]) listener(frame as EventFrame);
    },
    lose: () => go({ kind: 'waiting', retryInMs: 500, why: 'the connection was lost' }),
    connect: () => go({ kind: 'connected', hello }),
    listeners: () => events.size + states.size,
  };
}

/** Lets promises that are settled already be heard. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
