import { defineConfig } from 'vite';

/** Bundles the two command-line programs; the packages they use stay in node_modules. */
export default defineConfig({
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
