import type { EventEmitter } from 'node:events';

/** Emits an event that a listener can prevent; tells whether one did. */
export function prevented(emitter: EventEmitter, name: string, ...args: unknown[]): boolean {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  emitter.emit(name, event, ...args);
  return event.defaultPrevented;
}
