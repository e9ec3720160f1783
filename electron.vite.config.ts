import { defineConfig } from 'electron-vite';

/**
 * The desktop app: main process (ES module), one preload (CommonJS, for the sandbox), and the pages.
 * The command-line programs have `vite.config.ts`.
 */
export default defineConfig({
  main: {
    resolve: { conditions: ['node'] },
    build: {
      outDir: 'out/main',
      sourcemap: true,
      minify: false,
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: { index: 'src/main/index.ts' },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: false,
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    base: './',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: 'out/renderer',
      assetsInlineLimit: 0,
      // What a page shows is looked at in the tools of a development build; this one only has to be small.
      minify: true,
      cssMinify: true,
      // Shared chunks are fetched with the first script instead of after it.
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: {
          approval: 'src/renderer/approval.html',
          status: 'src/renderer/status.html',
          settings: 'src/renderer/settings.html',
          toast: 'src/renderer/toast.html',
        },
      },
    },
  },
});
