import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { parseDocument } from '#core/policy/document.ts';
import { createFakeIds } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

const writer = new URL('../../support/policy-writer.ts', import.meta.url).pathname;

/** Lets the writer acknowledge `count` rules, then kills it in the middle of whatever it does. */
async function killAfter(dir: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'open') ids.push(line);
    // Lines written between the signal and the end were acknowledged too.
    if (ids.length >= count) child.kill('SIGKILL');
  }
  await closed;
  return ids;
}

it('S21: a companion killed while it writes leaves a whole document with every granted rule', async () => {
  const dir = tempDir();
  const path = join(dir, 'exec-approvals.json');
  const granted: string[] = [];
  let token: string | undefined;
  for (let round = 0; round < 30; round += 1) {
    const ids = await killAfter(dir, Math.floor(Math.random() * 12));
    granted.push(...ids);
    const parsed = parseDocument(readFileSync(path, 'utf8'), createFakeIds());
    if (!parsed.ok) throw new Error(parsed.problem);
    const stored = parsed.document.agents?.main?.allowlist?.map(({ id }) => id) ?? [];
    expect(stored).toEqual(expect.arrayContaining(granted));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    token ??= parsed.document.socket?.token;
    expect(parsed.document.socket?.token).toBe(token);
  }
  expect(granted.length).toBeGreaterThan(60);
}, 120_000);
