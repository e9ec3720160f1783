import { WebSocket } from 'ws';
import type { Clock } from '#core/ports.ts';
import { connectChallengeSchema } from '#protocol/gateway-connect.ts';
import { eventFrameSchema } from '#protocol/gateway-frames.ts';
import { type PortOwner, portOwner } from './port-owner.ts';

/** What answers on a port before we start (decision D4). */
export type PortState =
  | { readonly kind: 'free' }
  /** Speaks the Gateway protocol: attach to it. Whether it accepts us shows at `connect`. */
  | { readonly kind: 'gateway' }
  /** Something else: leave it alone, name it, offer another port. */
  | { readonly kind: 'other'; readonly owner: PortOwner | null };

const patienceMs = 2_000;

/**
 * A Gateway sends its challenge before it knows who is there (gateway §3), so this needs no
 * credentials and shows none to a stranger.
 */
export async function probePort(port: number, clock: Clock): Promise<PortState> {
  const answer = await firstAnswer(`ws://127.0.0.1:${port}`, clock);
  if (answer === 'refused') return { kind: 'free' };
  if (answer === 'challenge') return { kind: 'gateway' };
  return { kind: 'other', owner: await portOwner(port) };
}

function firstAnswer(url: string, clock: Clock): Promise<'refused' | 'challenge' | 'other'> {
  const ws = new WebSocket(url, { perMessageDeflate: false, maxPayload: 64 * 1024 });
  return new Promise((resolve) => {
    const done = (answer: 'refused' | 'challenge' | 'other') => {
      cancel();
      ws.terminate();
      resolve(answer);
    };
    const cancel = clock.schedule(patienceMs, () => done('other'));
    ws.on('message', (data) => done(isChallenge(String(data)) ? 'challenge' : 'other'));
    ws.on('close', () => done('other'));
    ws.on('error', (error: NodeJS.ErrnoException) => {
      done(error.code === 'ECONNREFUSED' ? 'refused' : 'other');
    });
  });
}

function isChallenge(text: string): boolean {
  try {
    const frame = eventFrameSchema.parse(JSON.parse(text));
    return (
      frame.event === 'connect.challenge' && connectChallengeSchema.safeParse(frame.payload).success
    );
  } catch {
    // Not JSON, or not a frame: not a Gateway.
    return false;
  }
}
