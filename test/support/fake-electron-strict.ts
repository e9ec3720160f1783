/** What test runners, `await` and serialisers ask of every object; never a use of Electron. */
const harmless = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  '$$typeof',
  'nodeType',
  'tagName',
  'hasAttribute',
  '__esModule',
  'sample',
  'constructor',
  'prototype',
]);

function guard<T extends object>(target: T, name: string): ProxyHandler<T> {
  return {
    get(_target, key, receiver) {
      if (typeof key === 'symbol' || key in target || harmless.has(key)) {
        return Reflect.get(target, key, receiver);
      }
      throw new Error(`fake electron: ${name}.${key} is not modelled`);
    },
  };
}

/** A double that fails on any member it does not model, instead of answering `undefined`. */
export function strict<T extends object>(target: T, name: string): T {
  return new Proxy(target, guard(target, name));
}

/** The same for a class: its statics and everything it makes. `made` sees what callers hold. */
export function strictClass<A extends unknown[], T extends object, S extends object>(
  Class: (new (...args: A) => T) & S,
  name: string,
  made: (instance: T) => void = () => undefined,
): (new (...args: A) => T) & S {
  return new Proxy(Class, {
    ...guard(Class, name),
    construct(_target, args: A) {
      const instance = strict(new Class(...args), name.toLowerCase());
      made(instance);
      return instance;
    },
  });
}
