import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import type { Channel, Input, Output, WindowName } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';

/** What a page may ask before it is on the screen, and after. Whatever is not listed is a deed. */
const looking: ReadonlySet<string> = new Set<Channel>([
  'snapshot.get',
  'history.page',
  'history.summary',
  'rules.list',
  'rules.preview',
  'permissions.list',
  'connection.get',
  'general.get',
  'logs.tail',
  'about.get',
  'windows.close',
]);

type Windows = Readonly<Record<WindowName, { isShown(): boolean }>>;

/**
 * A deed of a person comes from a window that a person can see. What a page shows and for how long
 * is its own word (AP-05), but a hidden one was pressed by nobody.
 */
export function onlyShown(handlers: Handlers, windows: Windows): Handlers {
  const guarded = Object.entries(handlers).map(([channel, handler]) => [
    channel,
    looking.has(channel) ? handler : fromShown(handler as AnyHandler, windows),
  ]);
  // Every entry takes and gives what it did before.
  return Object.fromEntries(guarded) as Handlers;
}

type AnyHandler = (input: Input<Channel>, from: WindowName) => Output<Channel>;

function fromShown(handler: AnyHandler, windows: Windows): AnyHandler {
  return (input, from) => {
    if (windows[from].isShown()) return handler(input, from);
    throw new CompanionError('INVALID_REQUEST', messages.desktop.notShown);
  };
}
