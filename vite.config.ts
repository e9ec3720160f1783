import { defineConfig } from 'vite';

/**
 * Bundles the two command-line programs; the packages they use stay in node_modules, but for zod:
 * bundled without its unused parts it takes a tenth off our memory.
 */
export default defineConfig({
  ssr: { noExternal: ['zod'] },
  resolve: { conditions: ['node'] },
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'out/cli',
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: {
        'openclaw-companion': 'src/cli/openclaw-companion.ts',
        'openclaw-mac': 'src/cli/openclaw-mac.ts',
      },
      output: {
        format: 'es',
        entryFileNames: '[name].mjs',
        chunkFileNames: 'shared/[name]-[hash].mjs',
      },
    },
  },
});
