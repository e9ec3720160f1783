import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PolicySnapshot, ProposedRule } from '#core/policy/types.ts';
import type { Clock } from '#core/ports.ts';
import { type CompanionPolicyStore, openPolicyStore } from '#host/store/approvals-store.ts';
import { systemClock, systemHasher, systemIds } from '#host/system.ts';
import type { ApprovalsDocument } from '#protocol/approvals-document.ts';
import { createFakeLogger, type LogLine } from './fakes.ts';
import { tempDir } from './temp-dir.ts';

export interface StoreFixture {
  readonly path: string;
  readonly store: CompanionPolicyStore;
  readonly log: { readonly lines: readonly LogLine[] };
  /** What is on disk, as text and as JSON. */
  text(): string;
  document(): ApprovalsDocument;
  mode(): string;
  /** Resolves when what the store says fulfils `wanted`; now, or after a change. */
  until(wanted: (snapshot: PolicySnapshot) => boolean): Promise<PolicySnapshot>;
}

/** A policy store on a real file, closed when the test ends. */
export async function openTestStore(
  options: {
    /** There before the store opens. */
    readonly text?: string;
    /** Whether a companion had `text` in force before. */
    readonly confirmed?: boolean;
    readonly dir?: string;
    readonly clock?: Clock;
  } = {},
): Promise<StoreFixture> {
  const dir = options.dir ?? tempDir();
  const path = join(dir, 'exec-approvals.json');
  if (options.text !== undefined) {
    writeFileSync(path, options.text, { mode: 0o600 });
    if (options.confirmed) placeConfirmed(dir, options.text);
  }
  const log = createFakeLogger();
  const store = await openPolicyStore({
    path,
    socketPath: join(dir, 'exec-approvals.sock'),
    clock: options.clock ?? systemClock,
    ids: systemIds,
    hasher: systemHasher,
    log,
  });
  onTestFinished(() => store.close());
  return {
    path,
    store,
    log,
    text: () => readFileSync(path, 'utf8'),
    document: () => JSON.parse(readFileSync(path, 'utf8')) as ApprovalsDocument,
    mode: () => (statSync(path).mode & 0o777).toString(8),
    until: (wanted) => untilSnapshot(store, wanted),
  };
}

/** Makes a document one that was in force before: a companion that starts finds nothing new in it. */
function placeConfirmed(dir: string, text: string): void {
  const record = {
    version: 1,
    hash: systemHasher.sha256Hex(text),
    document: JSON.parse(text) as unknown,
  };
  const path = join(dir, 'exec-approvals.confirmed.json');
  writeFileSync(path, JSON.stringify(record), { mode: 0o600 });
}

function untilSnapshot(
  store: CompanionPolicyStore,
  wanted: (snapshot: PolicySnapshot) => boolean,
): Promise<PolicySnapshot> {
  return new Promise((resolve) => {
    const detach = store.onChange((snapshot) => {
      if (!wanted(snapshot)) return;
      detach();
      resolve(snapshot);
    });
    if (wanted(store.current())) {
      detach();
      resolve(store.current());
    }
  });
}

/** The n-th of many different rules. */
export function numberedRule(n: number): ProposedRule {
  return {
    pattern: `/bin/tool-${n}`,
    argPattern: `sha256:${n}`,
    cwd: '/work',
    expiresAt: null,
    contentSha256: null,
    sentence: '',
  };
}
