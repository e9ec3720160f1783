import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Hasher, Ids } from '#core/ports.ts';

/** The ports that Node itself fulfils. */

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemIds: Ids = {
  uuid: () => randomUUID(),
  token: (bytes) => randomBytes(bytes).toString('base64url'),
};

export const systemHasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
};
