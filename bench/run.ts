import { loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureChromium } from '../scripts/chromium.ts';
import { runTool } from '../scripts/run-tool.ts';
import { measureChain } from './chain.ts';
import {
  type IdleFigures,
  measurePrompts,
  measureSettings,
  rendererBytes,
  startIdleDesktop,
} from './desktop.ts';
import { measureGateways, residentBytes } from './gateway.ts';
import { measurePolicy } from './policy.ts';
import { startBare, startOurs, startReal, type Target } from './targets.ts';

/**
 * `npm run bench`: one JSON object a row on stdout, a table on stderr. Figures are ratios taken
 * side by side in this run; absolute times belong to this machine only.
 */
interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  readonly better: 'lower' | 'higher';
}

const idleSeconds = 30;
const rows: Row[] = [];
const add = (
  what: string,
  value: number,
  unit: string,
  better: Row['better'],
  limit: number,
): void => void rows.push({ what, value, unit, limit, better });

function gatewayRows(figures: Awaited<ReturnType<typeof measureGateways>>, hasReal: boolean): void {
  const of = (name: string, target: string) => {
    const summary = figures[name]?.[target];
    if (!summary) throw new Error(`no figures for ${name} on ${target}`);
    return summary;
  };
  const one = 'node.invoke sequential';
  const many = 'node.invoke 32 in flight';
  const p50 = of(one, 'ours').p50Ms;
  const rate = of(many, 'ours').perSecond;
  if (hasReal) add(`${one}: p50 / real`, p50 / of(one, 'real').p50Ms, '×', 'lower', 0.95);
  add(`${one}: p50 / bare relay`, p50 / of(one, 'bare').p50Ms, '×', 'lower', 1.25);
  if (hasReal) add(`${many}: rate / real`, rate / of(many, 'real').perSecond, '×', 'higher', 1.8);
  add(`${many}: rate / bare relay`, rate / of(many, 'bare').perSecond, '×', 'higher', 0.75);
  const list = 'node.list sequential';
  if (hasReal) {
    const ratio = of(list, 'ours').perSecond / of(list, 'real').perSecond;
    add(`${list}: rate / real`, ratio, '×', 'higher', 3);
  }
}

async function policyRows(): Promise<void> {
  console.error('bench: policy decisions in turns');
  const figures = await measurePolicy();
  console.error(JSON.stringify(figures, null, 2));
  const of = (what: string, rules: number) => {
    const found = figures.find((one) => one.what === what && one.rules === rules);
    if (!found) throw new Error(`no figures for ${what} with ${rules} rules`);
    return found.p50Us;
  };
  for (const what of ['allow', 'miss']) {
    add(`policy ${what}, 10 000 rules: p50`, of(what, 10_000) / 1_000, 'ms', 'lower', 0.2);
    const growth = of(what, 10_000) / of(what, 10);
    add(`policy ${what}: 10 000 rules / 10 rules`, growth, '×', 'lower', 2);
  }
}

async function idleRows(ours: Target, real: Target | null): Promise<void> {
  console.error(`bench: idle for ${idleSeconds} s, then memory`);
  await wait(idleSeconds * 1_000);
  const mib = residentBytes(ours.pid) / 1_048_576;
  if (!real) return add('idle memory', mib, 'MiB', 'lower', Number.POSITIVE_INFINITY);
  const realMib = residentBytes(real.pid) / 1_048_576;
  add(
    `idle memory / real (${mib.toFixed(0)} of ${realMib.toFixed(0)} MiB)`,
    mib / realMib,
    '×',
    'lower',
    0.4,
  );
  add('start to listening / real', ours.startMs / real.startMs, '×', 'lower', 0.25);
}

function idleDesktopRows({ cpuPercent, shortTimersMs }: IdleFigures): void {
  console.error(JSON.stringify({ cpuPercent, shortTimersMs }));
  add('desktop, idle: processor time of the main process', cpuPercent, '%', 'lower', 0.5);
  add('desktop, idle: timers under 10 s', shortTimersMs.length, '', 'lower', 0);
}

/** What a person at the screen waits for; a room for every further page that has to be fast. */
async function desktopRows(): Promise<void> {
  add('all pages, compressed', rendererBytes() / 1_024, 'KiB', 'lower', 60);
  let chromium: string;
  try {
    chromium = ensureChromium();
  } catch (error) {
    console.error(`NOT RUN: prompts in the window. ${error instanceof Error ? error.message : ''}`);
    return;
  }
  await promptRows(chromium);
  await settingsRows(chromium);
}

/** Others who use the processors are in every absolute time. */
const load = (): string => `load average ${(loadavg()[0] ?? Number.NaN).toFixed(1)}`;

async function promptRows(chromium: string): Promise<void> {
  console.error(`bench: prompts, asked on the socket and answered with the mouse; ${load()}`);
  const figures = await measurePrompts(chromium);
  const { prompt, answer, elsewhere } = figures;
  console.error(JSON.stringify(figures, null, 2));
  add('request on the socket → prompt painted: p50', prompt.p50Ms, 'ms', 'lower', 120);
  add('request on the socket → prompt painted: p99', prompt.p99Ms, 'ms', 'lower', 300);
  add('click → answer on the socket: p50', answer.p50Ms, 'ms', 'lower', 30);
  add('answered elsewhere → card cleared: p99', elsewhere.p99Ms, 'ms', 'lower', 250);
}

async function settingsRows(chromium: string): Promise<void> {
  for (const section of ['approvals', 'rules'] as const) {
    console.error(`bench: settings with 1 000 rules and 100 000 audit rows, ${section}; ${load()}`);
    const { firstMs, all } = await measureSettings(chromium, section);
    console.error(JSON.stringify(all, null, 2));
    add(`first showing of ${section} → rows painted`, firstMs, 'ms', 'lower', 200);
  }
}

async function main(): Promise<void> {
  for (const tool of ['vite', 'electron-vite']) {
    if (runTool(tool, ['build', '--logLevel', 'warn']) !== 0) process.exit(1);
  }
  const real = await startReal();
  if (!real) {
    console.error('NOT RUN: rows against the real Gateway; "npm run test:interop" installs it.');
  }
  const [ours, bare] = [await startOurs(), await startBare()];
  const targets = [ours, ...(real ? [real] : []), bare];
  const idleDesktop = startIdleDesktop();
  await idleRows(ours, real);
  console.error('bench: Gateway cases in turns');
  const figures = await measureGateways(targets);
  console.error(JSON.stringify(figures, null, 2));
  gatewayRows(figures, real !== null);
  for (const target of targets) await target.stop();
  // Idle all the while.
  idleDesktopRows(await idleDesktop.end());
  await desktopRows();
  await policyRows();
  console.error('bench: whole chain in turns with a direct spawn');
  const { chain, direct } = await measureChain();
  console.error(JSON.stringify({ chain, direct }, null, 2));
  add('whole chain p50 − direct spawn p50', chain.p50Ms - direct.p50Ms, 'ms', 'lower', 2.5);
}

await main();
for (const row of rows) {
  const met = row.better === 'lower' ? row.value <= row.limit : row.value >= row.limit;
  console.log(JSON.stringify({ ...row, value: Number(row.value.toFixed(3)), met }));
  const limit = Number.isFinite(row.limit)
    ? ` (${row.better === 'lower' ? '≤' : '≥'} ${row.limit})`
    : '';
  console.error(
    `${met ? 'met    ' : 'NOT MET'}  ${row.what}: ${row.value.toFixed(3)} ${row.unit}${limit}`,
  );
}
