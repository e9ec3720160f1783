import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { constants, runInThisContext } from 'node:vm';
import type { FakeElectron } from './fake-electron.ts';

/** Doubles by run, for modules that ask for `electron`. */
const runs = new Map<string, FakeElectron>();
const scheme = 'fake-electron:';
const runOf = (url: string | undefined): string | undefined => /[?&]run=(\d+)/.exec(url ?? '')?.[1];

declare global {
  /** How the generated module below reaches its double. */
  var fakeElectronOf: ((run: string) => FakeElectron) | undefined;
}

function installHooks(): void {
  if (globalThis.fakeElectronOf) return;
  globalThis.fakeElectronOf = (run) => {
    const fake = runs.get(run);
    if (!fake) throw new Error(`no fake electron for run ${run}`);
    return fake;
  };
  registerHooks({
    resolve(specifier, context, next) {
      const run = runOf(context.parentURL);
      if (run === undefined) return next(specifier, context);
      if (specifier === 'electron') return { url: `${scheme}?run=${run}`, shortCircuit: true };
      const found = next(specifier, context);
      // Chunks of the bundle belong to the same run; packages are shared.
      return specifier.startsWith('.') ? { ...found, url: `${found.url}?run=${run}` } : found;
    },
    load(url, context, next) {
      const run = url.startsWith(scheme) ? runOf(url) : undefined;
      if (run === undefined) return next(url, context);
      const names = Object.keys(globalThis.fakeElectronOf?.(run).module ?? {});
      const source = [
        `const { module } = globalThis.fakeElectronOf('${run}');`,
        'export default module;',
        ...names.map((name) => `export const ${name} = module.${name};`),
      ].join('\n');
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

// The test runner rewrites `import()`; this one is Node's own, so that the hooks see it.
const nativeImport = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Runs a built main bundle against the double: a fresh instance each time, ready only after the
 * bundle's own code has run, as in Electron, where awaiting `app.whenReady()` at the top level of the
 * entry never ends.
 */
export async function runMain(
  bundle: string,
  fake: FakeElectron,
): Promise<Readonly<Record<string, unknown>>> {
  installHooks();
  const run = String(runs.size + 1);
  runs.set(run, fake);
  const loaded = await nativeImport(`${pathToFileURL(bundle).href}?run=${run}`);
  fake.app.becomeReady();
  return loaded;
}
