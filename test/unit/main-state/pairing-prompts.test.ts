import { describe, expect, it } from 'vitest';
import { readPairingRequest } from '#core/pairing/requests.ts';
import type { PairingAnswer, PairingRequest, PairingResult } from '#core/pairing/types.ts';
import type { Notification } from '#core/ports.ts';
import { createPairingPrompts } from '#main/state/pairing-prompts.ts';
import { shareWindow } from '#main/windows/shared-window.ts';
import { createFakeLogger, fakeHasher } from '#support/fakes.ts';
import { wireDevice } from '#support/pairing.ts';

function request(requestId: string, over: object = {}): PairingRequest {
  const one = readPairingRequest('device', wireDevice(requestId, over), fakeHasher);
  if (!one) throw new Error('refused');
  return one;
}

function bench() {
  let pending: readonly PairingRequest[] = [];
  const listeners = new Set<() => void>();
  const answers: PairingAnswer[] = [];
  const said: string[] = [];
  const told: Notification[] = [];
  const window = { show: () => void said.push('show'), hide: () => void said.push('hide') };
  const share = shareWindow(window);
  const commands = share();
  const prompts = createPairingPrompts({
    pairing: {
      list: () => pending,
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      async decide(answer): Promise<PairingResult> {
        answers.push(answer);
        return 'done';
      },
    },
    shell: share(),
    announce: async (notification) => void told.push(notification),
    changed: () => void said.push('changed'),
    who: 'ann',
    log: createFakeLogger(),
  });
  const put = (...requests: PairingRequest[]) => {
    pending = requests;
    for (const listener of [...listeners]) listener();
  };
  const shows = () => said.splice(0).filter((one) => one !== 'changed');
  return { prompts, put, answers, shows, said, told, commands, listeners };
}

const input = (
  { kind, requestId, digest }: PairingRequest,
  decision: 'approve' | 'reject' | 'later',
) => ({ kind, requestId, digest, decision }) as const;

const first = request('r1');
const second = request('r2', { ts: first.atMs + 1 });

describe('asking who may be let in (app-features §9)', () => {
  it('brings the window up for the oldest, after its text, and announces it once', () => {
    const { prompts, put, said, told } = bench();
    put(first);
    prompts.start();
    expect(said).toEqual(['changed', 'show']);
    put(first, second);
    expect(prompts.state()).toMatchObject({
      current: 'r1',
      waiting: [{ requestId: 'r1' }, { requestId: 'r2' }],
    });
    put(second);
    expect(prompts.state().current).toBe('r2');
    expect(told).toMatchObject([
      {
        title: 'Device asks to be let in',
        body: '"build box" (claimed). It stays out until you answer.',
      },
    ]);
  });

  it('goes away when nothing waits any more, and comes again with the next one', () => {
    const { prompts, put, shows, told } = bench();
    prompts.start();
    put(first);
    put();
    put(second);
    expect(shows()).toEqual(['show', 'hide', 'show']);
    expect(told).toHaveLength(2);
  });

  it('"Later" answers nothing, and it does not come up again by itself', async () => {
    const { prompts, put, shows, answers } = bench();
    prompts.start();
    put(first, second);
    expect(await prompts.decide(input(first, 'later'), 'approval')).toBe('done');
    expect(prompts.state().current).toBe('r2');
    expect(await prompts.decide(input(second, 'later'), 'approval')).toBe('done');
    put(first, second);
    // The same request in other words is no new one.
    put(request('r1', { displayName: 'hello again' }), second);
    expect(shows()).toEqual(['show', 'show', 'hide']);
    expect(prompts.state()).toMatchObject({ current: null, waiting: [{}, {}] });
    expect(answers).toEqual([]);
    prompts.askedFor();
    expect(shows()).toEqual(['show']);
    expect(prompts.state().current).toBe('r1');
  });

  it('a closed window puts off all that wait: only what comes later brings it up again', () => {
    const { prompts, put, shows, answers } = bench();
    prompts.start();
    put(first);
    expect(shows()).toEqual(['show']);
    prompts.dismissed();
    expect(shows()).toEqual(['hide']);
    expect(prompts.state()).toMatchObject({ current: null, waiting: [{ requestId: 'r1' }] });
    put(first, second);
    expect(shows()).toEqual(['show']);
    expect(prompts.state().current).toBe('r2');
    expect(answers).toEqual([]);
  });

  it('what was put off is forgotten once it is gone', async () => {
    const { prompts, put } = bench();
    prompts.start();
    put(first);
    await prompts.decide(input(first, 'later'), 'approval');
    put();
    put(first);
    expect(prompts.state().current).toBe('r1');
  });

  it('S24: an answer carries what was shown; one to nothing that waits goes nowhere', async () => {
    const { prompts, put, answers } = bench();
    prompts.start();
    put(first);
    expect(await prompts.decide(input(first, 'approve'), 'approval')).toBe('done');
    expect(await prompts.decide(input(first, 'reject'), 'settings')).toBe('done');
    expect(await prompts.decide(input(second, 'approve'), 'approval')).toBe('gone');
    expect(answers).toEqual([input(first, 'approve'), input(first, 'reject')]);
  });

  it('AP-05: nothing is approved from a window that does not show all of it', async () => {
    const { prompts, put, answers } = bench();
    prompts.start();
    put(first);
    expect(await prompts.decide(input(first, 'approve'), 'settings')).toBe('changed');
    // Behind the one in view, and put off.
    put(first, second);
    expect(await prompts.decide(input(second, 'approve'), 'approval')).toBe('changed');
    await prompts.decide(input(first, 'later'), 'approval');
    expect(await prompts.decide(input(first, 'approve'), 'approval')).toBe('changed');
    expect(answers).toEqual([]);
    await prompts.decide(input(second, 'approve'), 'approval');
    expect(answers).toEqual([input(second, 'approve')]);
  });

  it('shares the window with commands: it stays up while either wants it', () => {
    const { prompts, put, shows, commands } = bench();
    prompts.start();
    commands.show();
    put(first);
    commands.hide();
    expect(shows()).toEqual(['show', 'show']);
    put();
    expect(shows()).toEqual(['hide']);
    put(first);
    commands.show();
    put();
    expect(shows()).toEqual(['show', 'show']);
    commands.hide();
    expect(shows()).toEqual(['hide']);
  });

  it('after it is closed nothing is shown or answered', async () => {
    const { prompts, put, shows, answers, listeners } = bench();
    prompts.start();
    put(first);
    prompts.close();
    put(first, second);
    prompts.askedFor();
    expect(shows()).toEqual(['show', 'hide']);
    expect(listeners.size).toBe(0);
    expect(prompts.state()).toEqual({ waiting: [], current: null });
    expect(await prompts.decide(input(first, 'approve'), 'approval')).toBe('gone');
    expect(answers).toEqual([]);
  });
});
