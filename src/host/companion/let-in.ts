import { z } from 'zod';
import { errorText } from '#core/errors.ts';
import {
  type KnownDevice,
  type KnownNode,
  readDevices,
  readNodes,
  readPairedNodes,
} from '#core/pairing/directory.ts';
import { type LetInNode, letInNodes } from '#core/pairing/node-ways.ts';
import type { Logger } from '#core/ports.ts';
import type { GatewayLink, LinkState } from '../node/types.ts';

/** Of every question about who is let in, and of every revocation. */
export const letInTimeoutMs = 6_000;

/** Null: the Gateway could not be asked. */
export interface LetIn {
  readonly devices: readonly KnownDevice[] | null;
  readonly nodes: readonly LetInNode[] | null;
}

export interface LetInReader {
  devices(): Promise<LetIn['devices']>;
  /** Those of `node.list`. */
  nodes(): Promise<readonly KnownNode[] | null>;
  /** Both, with the nodes of the older pairing, and what of them can be taken away. */
  all(): Promise<LetIn>;
}

/** Asks the Gateway in use whom it has let in. */
export function createLetInReader(deps: {
  readonly operator: Pick<GatewayLink, 'state' | 'request'>;
  readonly log: Logger;
}): LetInReader {
  const { operator, log } = deps;
  const ask = async <T>(method: string, read: (answer: unknown) => T | null): Promise<T | null> => {
    try {
      const list = read(await operator.request(method, {}, { timeoutMs: letInTimeoutMs }));
      if (list === null) log.warn('connection.list.unreadable', { method });
      return list;
    } catch (error) {
      // What is known of the connection itself is shown all the same.
      log.debug('connection.list.failed', { method, error: errorText(error) });
      return null;
    }
  };
  const devices = () => ask('device.pair.list', readDevices);
  const nodes = () => ask('node.list', readNodes);
  return {
    devices,
    nodes,
    async all() {
      const methods = methodsOf(operator.state);
      const knows = (method: string) => methods.has(method);
      const [known, listed, paired] = await Promise.all([
        devices(),
        nodes(),
        knows('node.pair.list') ? ask('node.pair.list', readPairedNodes) : null,
      ]);
      const kept = { devices: known ?? [], paired: paired ?? [], knows };
      return { devices: known, nodes: listed && letInNodes(listed, kept) };
    },
  };
}

const featuresSchema = z.object({ methods: z.array(z.string()) });

/** What the Gateway says it can do. */
function methodsOf(state: LinkState): ReadonlySet<string> {
  if (state.kind !== 'connected') return new Set();
  return new Set(featuresSchema.safeParse(state.hello.features).data?.methods);
}
