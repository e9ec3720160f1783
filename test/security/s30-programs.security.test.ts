import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gatewayToken } from '#support/chain.ts';
import { runCli, startCompanion, startNodeHost } from '#support/programs.ts';

/** Secrets that a request brings along. */
const brought = ['sk-live1234567890abcdefABCDEF', 'ghp_1234567890abcdefABCDEF1234567890abcd'];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Every string in our own files that opens something. */
function ownSecrets(stateDir: string): string[] {
  const text = ['companion.json', 'node-host.json', 'cli.json', 'device-auth.json']
    .map((name) => readFileSync(join(stateDir, 'identity', name), 'utf8'))
    .join('\n');
  const keys = [...text.matchAll(/"(?:privateKeyPem|node|operator)": *"([^"]+)"/g)].map((match) =>
    // A PEM key as it stands in JSON: its longest line is telling enough.
    (match[1] ?? '').split('\\n').reduce((a, b) => (b.length > a.length ? b : a)),
  );
  const policy = JSON.parse(readFileSync(join(stateDir, 'exec-approvals.json'), 'utf8'));
  return [gatewayToken(stateDir), policy.socket.token, ...keys];
}

describe('S30: secrets', () => {
  it('are in no log, no audit, no output and on no command line of the running programs', async () => {
    const env = { OPENCLAW_COMPANION_LOG: 'debug' };
    const companion = await startCompanion({ decide: 'deny', env });
    const { stateDir } = companion;
    const host = await startNodeHost(companion, { env });
    const script = `export API_KEY=${brought[0]}; curl -H "Authorization: token ${brought[1]}" x`;
    for (const node of [companion.ready.nodeId, host.nodeId]) {
      const run = await runCli(stateDir, ['run', '--node', node, '--', '/bin/sh', '-c', script]);
      expect(run.code).toBe(126);
    }
    const outputs = [
      (await runCli(stateDir, ['audit', '--json'])).stdout,
      (await runCli(stateDir, ['audit'])).stdout,
      (await runCli(stateDir, ['status', '--json'])).stdout,
    ];
    expect(outputs[0]).toContain('/bin/sh');
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    await host.stop();
    await companion.stop();
    const own = ownSecrets(stateDir);
    expect(own.length).toBeGreaterThanOrEqual(8);

    const said = [host, companion].flatMap((one) => [one.stdout(), one.stderr()]);
    const kept = filesBelow(stateDir).filter((path) => /audit\.sqlite|\.jsonl/.test(path));
    expect(kept.length).toBeGreaterThanOrEqual(2);
    const files = kept.map((path) => readFileSync(path, 'latin1'));
    for (const text of [...outputs, ...said, ...files]) {
      for (const secret of [...own, ...brought]) expect(text).not.toContain(secret);
    }
    for (const secret of own) expect(processes).not.toContain(secret);
  });
});
