import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { Notification } from '#core/ports.ts';
import { createNotifier, type NotifierDeps } from '#main/notifications.ts';
import { createFakeLogger } from '#support/fakes.ts';
import { createVirtualClock } from '#support/virtual-clock.ts';

type Answer = 'show' | 'failed' | 'silence';

function bench(platform: NodeJS.Platform = 'darwin', answer: Answer = 'show', supported = true) {
  const made: (EventEmitter & { readonly options: Record<string, unknown>; closed: boolean })[] =
    [];
  class FakeNotification extends EventEmitter {
    static isSupported = () => supported;
    readonly options: Record<string, unknown>;
    closed = false;
    constructor(options: Record<string, unknown>) {
      super();
      this.options = options;
      made.push(this);
    }
    show(): void {
      if (answer === 'show') this.emit('show', {});
      if (answer === 'failed') this.emit('failed', {}, 'not signed');
    }
    close(): void {
      this.closed = true;
      this.emit('close', {});
    }
  }
  const clock = createVirtualClock();
  const log = createFakeLogger();
  const overlay = vi.fn();
  const notifier = createNotifier({
    Notification: FakeNotification as unknown as NotifierDeps['Notification'],
    platform,
    clock,
    log,
    overlay,
  });
  return { notifier, made, clock, log, overlay };
}

const hello: Notification = { title: 'Hello', body: 'World', sound: 'Glass', priority: 'active' };
const refused = { code: 'UNAVAILABLE', message: 'NOT_AUTHORIZED: notifications' };

describe('notifier', () => {
  it('shows an overlay in a window of ours and asks the system for nothing', () => {
    const { notifier, made, overlay } = bench('darwin', 'failed');
    notifier.overlay?.(hello);
    expect(overlay.mock.calls).toEqual([[hello]]);
    expect(made).toEqual([]);
  });

  it('S6: a direction mark of an agent cannot turn its words around, and nothing is cut in half', async () => {
    const { notifier, made } = bench();
    await notifier.notify({ ...hello, title: 'a\u{202E}b\nc', body: `${'x'.repeat(1_998)}👍👍` });
    expect(made[0]?.options).toMatchObject({
      title: 'a\\u{202E}b c',
      body: `${'x'.repeat(1_998)}…`,
    });
  });

  it('shows title and body, and nothing that could be answered (AP-14)', async () => {
    const { notifier, made, clock } = bench();
    await notifier.notify(hello);
    expect(made.map(({ options }) => options)).toEqual([
      { title: 'Hello', body: 'World', silent: false, sound: 'Glass' },
    ]);
    expect(clock.waiting).toBe(0);
  });

  it.each([
    ['passive', { silent: true, urgency: 'low' }],
    ['active', { silent: false, urgency: 'normal' }],
    ['timeSensitive', { silent: false, urgency: 'critical' }],
  ] as const)('takes priority %s to the system', async (priority, expected) => {
    const { notifier, made } = bench('linux');
    await notifier.notify({ ...hello, priority });
    expect(made[0]?.options).toEqual({ title: 'Hello', body: 'World', ...expected });
  });

  it('makes no sound unless asked, and takes no path for the name of one', async () => {
    const { notifier, made } = bench();
    await notifier.notify({ ...hello, sound: null });
    await notifier.notify({ ...hello, sound: '/tmp/evil.aiff' });
    await notifier.notify({ ...hello, priority: 'passive' });
    expect(made.map(({ options: { silent, sound } }) => ({ silent, sound }))).toEqual([
      { silent: true, sound: undefined },
      { silent: false, sound: undefined },
      { silent: true, sound: undefined },
    ]);
  });

  it('shows text of an agent as text: one line of title, no markup, not too long', async () => {
    const { notifier, made } = bench('linux');
    const title = `a\u001B[1m\n${'t'.repeat(300)}`;
    await notifier.notify({ ...hello, title, body: '<a href="x">\u0007click</a>' });
    const { options } = made[0] ?? {};
    expect(options?.body).toBe('&#60;a href="x"&#62;\\u{7}click&#60;/a&#62;');
    expect(String(options?.title)).toHaveLength(200);
    expect(String(options?.title)).not.toContain('\u001B');
    const mac = bench();
    await mac.notifier.notify({ ...hello, title: ' ', body: 'a < b' });
    expect(mac.made[0]?.options).toMatchObject({ title: 'OpenClaw', body: 'a < b' });
  });

  it('says that it is not authorised when the system fails, and why only in the log', async () => {
    const { notifier, log, clock } = bench('darwin', 'failed');
    await expect(notifier.notify(hello)).rejects.toMatchObject(refused);
    expect(log.lines).toMatchObject([{ event: 'notify.failed', fields: { error: 'not signed' } }]);
    expect(clock.waiting).toBe(0);
  });

  it('takes silence of the system for a refusal', async () => {
    const { notifier, clock } = bench('darwin', 'silence');
    const shown = notifier.notify(hello);
    clock.advance(1_500);
    await expect(shown).rejects.toMatchObject(refused);
  });

  it('says so where the system has no notifications', async () => {
    const { notifier, made } = bench('linux', 'show', false);
    await expect(notifier.notify(hello)).rejects.toMatchObject(refused);
    expect(made).toEqual([]);
  });

  it('hands a click on, and closes what is still on the screen', async () => {
    const { notifier, made } = bench();
    const onClick = vi.fn();
    await notifier.notify(hello, onClick);
    await notifier.notify(hello);
    made[0]?.emit('click', {});
    expect(onClick).toHaveBeenCalledOnce();
    made[1]?.emit('close', {});
    notifier.close();
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('keeps a bounded number of them', async () => {
    const { notifier, made } = bench();
    for (let count = 0; count < 40; count += 1) await notifier.notify(hello);
    notifier.close();
    expect(made.filter(({ closed }) => closed)).toHaveLength(16);
  });
});
