import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { parseDocument } from '#core/policy/document.ts';
import { createFakeIds } from '#support/fakes.ts';
import { openTestStore } from '#support/policy-store.ts';
import { tempDir } from '#support/temp-dir.ts';

const writer = new URL('../../support/policy-writer.ts', import.meta.url).pathname;
const files = ['exec-approvals.json', 'exec-approvals.confirmed.json'];

/** Lets the writer acknowledge `count` rules, then kills it in the middle of whatever it does. */
async function killAfter(dir: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'open') ids.push(line);
    if (ids.length < count) continue;
    // Some turns of the event loop later it is at another point of a write.
    for (let turns = Math.random() * 200; turns > 0; turns -= 1) await setImmediate();
    // Lines written between the signal and the end were acknowledged too.
    child.kill('SIGKILL');
  }
  await closed;
  return ids;
}

it('S21: a companion killed during 1 000 writes leaves a whole document with every granted rule', async () => {
  const dir = tempDir();
  const path = join(dir, 'exec-approvals.json');
  const granted: string[] = [];
  let token: string | undefined;
  for (let round = 0; round < 24 || granted.length < 1_000; round += 1) {
    granted.push(...(await killAfter(dir, Math.floor(Math.random() * 90))));
    const parsed = parseDocument(readFileSync(path, 'utf8'), createFakeIds());
    if (!parsed.ok) throw new Error(parsed.problem);
    const stored = new Set(parsed.document.agents?.main?.allowlist?.map(({ id }) => id));
    expect(granted.filter((id) => !stored.has(id))).toEqual([]);
    for (const name of files) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    token ??= parsed.document.socket?.token;
    expect(parsed.document.socket?.token).toBe(token);
  }

  // S17: the next start finds nothing that a person would have to confirm, and nothing to clean up.
  const { store } = await openTestStore({ dir });
  const inForce = new Set(store.resolve('main').rules.map(({ id }) => id));
  expect(granted.filter((id) => !inForce.has(id))).toEqual([]);
  expect(store.unconfirmed()).toEqual([]);
  expect(readdirSync(dir).sort()).toEqual([...files, 'exec-approvals.json.lock'].sort());
}, 180_000);
