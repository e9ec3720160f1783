import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readPrivateFile } from '#host/store/private-file.ts';
import { tempDir } from '#support/temp-dir.ts';

it('reads what was there before or after, while somebody writes the file in place', async () => {
  const path = join(tempDir(), 'state.json');
  const texts = ['a'.repeat(300_000), 'b'.repeat(100)];
  writeFileSync(path, texts[0] ?? '', { mode: 0o600 });
  for (let round = 1; round <= 300; round += 1) {
    const reading = readPrivateFile(path);
    for (let turn = 0; turn < round % 12; turn += 1) await setImmediate();
    writeFileSync(path, texts[round % 2] ?? '');
    expect(texts.map((text) => text.length)).toContain((await reading)?.length);
  }
});
