import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * Bundles the two command-line programs; the packages they use stay in node_modules, but for zod:
 * bundled without its unused parts it takes a tenth off our memory.
 */
export default defineConfig({
  plugins: [executablePrograms()],
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

/** `npx openclaw-mac` starts the file itself; npm would make it executable at its first start only. */
function executablePrograms(): Plugin {
  return {
    name: 'executable-programs',
    writeBundle({ dir = '' }, bundle) {
      for (const { fileName, ...file } of Object.values(bundle)) {
        if (file.type === 'chunk' && file.isEntry) chmodSync(join(dir, fileName), 0o755);
      }
    },
  };
}
