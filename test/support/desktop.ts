import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { callControl } from '#host/sockets/control-client.ts';
import type { WindowName } from '#ipc/contract.ts';
import { companionStatusSchema } from '#protocol/control-socket.ts';
import type { ReadyLine, RunningProgram } from './programs.ts';

/**
 * A running desktop app with a node host and callers of their own, as the scenarios of
 * `test/desktop/scenarios` see it: over the double of Electron or in a real one.
 */
export interface Desktop {
  readonly stateDir: string;
  readonly ready: ReadyLine;
  readonly nodeId: string;
  /** The page of the window with this name, once it is there. */
  page(name: WindowName): Promise<Page>;
  /** Whether a person sees that window. */
  isVisible(name: WindowName): Promise<boolean>;
  /** How often it has come up since the start. */
  timesShown(name: WindowName): Promise<number>;
  /** Kills its renderer; resolves when the window is gone. */
  crash(name: WindowName): Promise<void>;
  /** Starts a second copy, as a person does who sees no icon; its exit code. */
  launchAgain(): Promise<number | null>;
  /** Ends it as its menu does; its exit code. */
  quit(): Promise<number | null>;
  /** Errors and warnings of pages and violations of their policy, since the last call. */
  takeProblems(): readonly string[];
  /** `openclaw-mac run` through the node host: operator → Gateway → node host → socket → here. */
  run(argv: readonly string[], ...options: readonly string[]): RunningProgram;
}

/** Orders what ends a desktop; the last one ordered goes first. */
export type AtEnd = (end: () => Promise<void>) => void;

/** Registers one desktop for all tests of a file; its pages may not complain in any of them. */
export function useDesktop<D extends Desktop>(start: (atEnd: AtEnd) => Promise<D>): () => D {
  let desktop: D | undefined;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    desktop = await start((end) => ends.unshift(end));
  });
  afterEach(() => {
    expect(desktop?.takeProblems(), 'errors and violations of the pages').toEqual([]);
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  return () => {
    if (!desktop) throw new Error('the desktop has not started');
    return desktop;
  };
}

/** What a desktop does, by the sentence that says it; the order counts. */
export type Scenarios = Readonly<Record<string, (desktop: Desktop) => Promise<void>>>;

/** Registers each as a test. */
export function playScenarios(scenarios: Scenarios, desktop: () => Desktop): void {
  for (const [title, play] of Object.entries(scenarios)) it(title, () => play(desktop()));
}

/** What the headless companion would say of itself. */
export async function readyLine(stateDir: string): Promise<ReadyLine> {
  const answer = await callControl(join(stateDir, 'control.sock'), { op: 'status' });
  const { pid, version, gateway, execSocket, controlSocket, bridgeSocket, nodeId } =
    companionStatusSchema.parse(answer);
  const { url, mode } = gateway;
  const sockets = { execSocket, controlSocket, bridgeSocket };
  return { event: 'ready', pid, version, gateway: { url, mode }, ...sockets, nodeId };
}
