import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';
import { realCli } from './peers.ts';
import { joinHost, type OurPlace, ourPlace } from './setting.ts';

/** `openclaw approvals …` of 2026.2.6-3 at our Gateway (issue 2, S17). */

function policyOf({ companion }: OurPlace): unknown {
  return JSON.parse(readFileSync(join(companion.stateDir, 'exec-approvals.json'), 'utf8'));
}

function setFromFile(place: OurPlace, defaults: object, target: readonly string[]) {
  const file = join(tempDir(), 'approvals.json');
  writeFileSync(file, JSON.stringify({ version: 1, defaults, agents: {} }));
  return realCli(place, ['approvals', 'set', ...target, '--file', file]);
}

test('real CLI: approvals get shows the policy of our companion without the socket token', async () => {
  const place = await ourPlace();
  const home = tempDir();
  const node = place.companion.ready.nodeId;
  for (const target of [['--node', node], ['--gateway']]) {
    const got = await realCli(place, ['approvals', 'get', ...target, '--json'], home);
    expect(got).toMatchObject({ code: 0 });
    const { file } = JSON.parse(got.stdout) as { file: { socket?: object } };
    expect(file).toMatchObject({ version: 1, defaults: { security: 'allowlist' } });
    expect(file.socket).not.toHaveProperty('token');
  }
});

test('real CLI: approvals set --node that narrows is stored and holds from then on', async () => {
  const place = await ourPlace();
  const node = place.companion.ready.nodeId;
  const set = await setFromFile(place, { security: 'deny' }, ['--node', node]);
  expect(set).toMatchObject({ code: 0 });
  expect(
    await runCli(place.companion.stateDir, ['run', '--node', node, '--', '/bin/true']),
  ).toEqual({ code: 126, stdout: '', stderr: 'SYSTEM_RUN_DISABLED: security=deny\n' });
});

test('S17, real CLI: approvals set --node that widens is refused when no person confirms', async () => {
  const place = await ourPlace({ decide: 'deny' });
  const before = policyOf(place);
  const node = place.companion.ready.nodeId;
  const set = await setFromFile(place, { security: 'full', ask: 'off' }, ['--node', node]);
  expect(set.code).toBe(1);
  expect(policyOf(place)).toEqual(before);
});

test('S17, real CLI: approvals set --node that widens is stored when a person confirms', async () => {
  const place = await ourPlace({ decide: 'allow-once' });
  const node = place.companion.ready.nodeId;
  const set = await setFromFile(place, { security: 'full', ask: 'off' }, ['--node', node]);
  expect(set).toMatchObject({ code: 0 });
  expect(policyOf(place)).toMatchObject({ defaults: { security: 'full', ask: 'off' } });
});

test('real CLI: approvals get and set --node reach the policy of a real node host', async () => {
  const place = await ourPlace();
  await joinHost(place, { name: 'real-node' });
  const target = ['--node', 'real-node'];
  expect(await setFromFile(place, { security: 'full', ask: 'off' }, target)).toMatchObject({
    code: 0,
  });
  const got = await realCli(place, ['approvals', 'get', ...target, '--json']);
  expect(JSON.parse(got.stdout)).toMatchObject({ file: { defaults: { security: 'full' } } });
  const run = await runCli(place.companion.stateDir, ['run', ...target, '--', '/bin/echo', 'hi']);
  expect(run).toMatchObject({ code: 0, stdout: 'hi\n' });
});
