import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type { ContextBridge } from 'electron';
import type { FakePage } from './fake-electron-ipc.ts';
import { strict } from './fake-electron-strict.ts';

/** What crosses the bridge: copies and stand-ins, never the thing itself. */
function across(value: unknown): unknown {
  if (typeof value === 'function') {
    return (...args: unknown[]) => across(Reflect.apply(value, undefined, args.map(across)));
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('then' in value && typeof value.then === 'function') {
    return Promise.resolve(value as PromiseLike<unknown>).then(across);
  }
  if (Array.isArray(value)) return value.map(across);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, across(inner)]));
}

/**
 * Runs a built preload script as the sandbox does: CommonJS, nothing but `require('electron')`.
 * @returns what it put into the page's world, by key.
 */
export function runPreload(file: string, page: FakePage): Readonly<Record<string, unknown>> {
  const exposed: Record<string, unknown> = {};
  const contextBridge: Pick<ContextBridge, 'exposeInMainWorld'> = {
    exposeInMainWorld(key, api) {
      if (key in exposed) throw new Error(`Cannot bind an API on top of an existing one: ${key}`);
      exposed[key] = across(api);
    },
  };
  const electron = strict(
    { contextBridge: strict(contextBridge, 'contextBridge'), ipcRenderer: page.ipcRenderer },
    'electron (preload)',
  );
  const load = (name: string): unknown => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`);
    return electron;
  };
  runInNewContext(readFileSync(file, 'utf8'), { require: load, module: {}, exports: {} });
  return exposed;
}
