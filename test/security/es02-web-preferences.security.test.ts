import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { secureWebPreferences } from '#main/security/secure-web-preferences.ts';
import { createApprovalWindow } from '#main/windows/approval-window.ts';
import { createStatusWindow } from '#main/windows/status-window.ts';
import { createWindowBench } from '#support/window-bench.ts';

const main = fileURLToPath(new URL('../../src/main/', import.meta.url));
const page = { preload: '/p.cjs', partition: 'approval', packaged: true };

test('ES-02, ES-03, ES-04, ES-06, ES-08: a page gets no Node, its own world, a sandbox and no exceptions', () => {
  expect(secureWebPreferences(page)).toEqual({
    preload: '/p.cjs',
    partition: 'approval',
    devTools: false,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    enablePreferredSizeMode: true,
  });
});

test('ES-18: developer tools exist only in an app that is not packaged', () => {
  expect(secureWebPreferences({ ...page, packaged: false }).devTools).toBe(true);
});

test('ES-02: both windows get exactly these preferences, each with a session of its own (AP-01)', () => {
  const { deps, fake } = createWindowBench();
  const nothing = () => undefined;
  const platform = 'macos' as const;
  createApprovalWindow({ ...deps, platform, onDismissed: nothing, onBroken: nothing }).prepare();
  createStatusWindow({ ...deps, platform, anchor: () => null }).prepare();
  expect(fake.windows.map(({ options }) => options.webPreferences)).toEqual(
    ['approval', 'status'].map((partition) =>
      secureWebPreferences({ preload: deps.preload, packaged: true, partition }),
    ),
  );
});

test('ES-02, ES-06: no other file of the shell writes web preferences or makes a window by itself', () => {
  const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const having = (pattern: RegExp) =>
    files.filter((file) => pattern.test(readFileSync(main + file, 'utf8')));
  expect(having(/webPreferences\s*[:.=]/)).toEqual(['windows/page-window.ts']);
  expect(having(/nodeIntegration|contextIsolation|webSecurity|enableBlinkFeatures/)).toEqual([
    'security/secure-web-preferences.ts',
  ]);
  expect(having(/new BrowserView|new WebContentsView|new BaseWindow/)).toEqual([]);
});
