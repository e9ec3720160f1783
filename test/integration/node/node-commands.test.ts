import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CompanionError } from '#core/errors.ts';
import type { ExecOrigin, ExecRequest, ExecResult } from '#core/exec/types.ts';
import type { Notification, Notifier } from '#core/ports.ts';
import { fitRunPayload } from '#host/node/commands/run-payload.ts';
import { createSystemNotify } from '#host/node/commands/system-notify.ts';
import { createSystemRun } from '#host/node/commands/system-run.ts';
import { createSystemRunPrepare } from '#host/node/commands/system-run-prepare.ts';
import { createSystemWhich } from '#host/node/commands/system-which.ts';
import { createExecEvents } from '#host/node/exec-events.ts';
import { createHeadlessNotifier } from '#host/node/notifier.ts';
import type { NodeInvocation } from '#host/node/types.ts';
import { createFakeIds, createFakeLogger } from '#support/fakes.ts';
import { tempDir } from '#support/temp-dir.ts';

const origin = { transport: 'node-invoke', nodeId: 'node-1', nodeName: 'this' } as const;

function invocation(timeoutMs: number | null = 60_000): NodeInvocation {
  return { id: 'inv-1', command: 'x', timeoutMs, signal: new AbortController().signal };
}

const ran: ExecResult = {
  ok: true,
  payload: { exitCode: 3, timedOut: false, success: false, stdout: 'out', stderr: '' },
};

function systemRun(
  result: ExecResult,
  options: { announceStart?: boolean; starts?: boolean } = {},
) {
  const executed: { request: ExecRequest; origin: ExecOrigin }[] = [];
  const events: unknown[] = [];
  const run = createSystemRun({
    async execute(request, from, _signal, onStarted) {
      executed.push({ request, origin: from });
      if (options.starts) {
        onStarted?.();
        events.push('running');
      }
      return result;
    },
    origin,
    events: createExecEvents({
      log: createFakeLogger(),
      link: {
        request: async (_method, params) => {
          const { event, payloadJSON } = params as { event: string; payloadJSON: string };
          events.push([event, JSON.parse(payloadJSON)]);
        },
      },
    }),
    ids: createFakeIds(),
    defaultSessionKey: () => 'main',
    announceStart: options.announceStart ?? true,
    maxResultBytes: () => 500_000,
  });
  return { run, executed, events };
}

const names = (events: readonly unknown[]) =>
  events.map((event) => (Array.isArray(event) ? event[0] : event));

describe('system.run', () => {
  test('parameters become a request; nulls, blanks and zero mean absent', async () => {
    const { run, executed } = systemRun(ran);
    await run(
      {
        command: ['/bin/echo', ' padded ', ''],
        rawCommand: ' ',
        cwd: null,
        env: null,
        timeoutMs: 0,
        agentId: ' main ',
        budgetMs: 1,
      },
      invocation(),
    );
    expect(executed).toEqual([
      {
        request: {
          argv: ['/bin/echo', ' padded ', ''],
          rawCommand: null,
          cwd: null,
          env: {},
          timeoutMs: null,
          needsScreenRecording: false,
          agentId: 'main',
          sessionKey: null,
          runId: '00000000-0000-4000-8000-000000000001',
          claimedDecision: null,
        },
        // The Gateway's wait bounds the prompt, never what the caller wrote into the parameters.
        origin: { ...origin, budgetMs: 59_950 },
      },
    ]);
  });

  test.each([
    [{ approved: true }, 'allow-once'],
    [{ approved: true, approvalDecision: 'allow-always' }, 'allow-always'],
    [{ approvalDecision: ' allow-once ' }, 'allow-once'],
    [{ approvalDecision: 'deny' }, 'deny'],
    [{ approvalDecision: 'yes please' }, null],
    [{ approved: true, approvalSource: 'ask-fallback' }, null],
    [{ approvalDecision: 'allow-once', approvalSource: 'auto-review' }, null],
    [{ approvalDecision: 'deny', approvalSource: 'auto-review' }, 'deny'],
    [{ approved: false }, null],
  ])('%j claims %j and grants nothing (D6)', async (claim, expected) => {
    const { run, executed } = systemRun(ran);
    await run({ command: ['ls'], ...claim }, invocation());
    expect(executed[0]?.request.claimedDecision).toBe(expected);
  });

  test('a caller that names no time is the Gateway’s thirty seconds (node-commands §1.4)', async () => {
    const { run, executed } = systemRun(ran);
    await run({ command: ['ls'] }, invocation(null));
    await run({ command: ['ls'] }, invocation(10));
    expect(executed.map(({ origin: { budgetMs } }) => budgetMs)).toEqual([29_950, 9]);
  });

  test('started comes when the command starts, finished with the caller’s ids (exec-ipc §6.4)', async () => {
    const { run, events } = systemRun(ran, { starts: true });
    const params = { command: ['a b', 'c'], runId: 'r9', sessionKey: 'agent:x:y' };
    expect(await run(params, invocation())).toEqual(ran.ok && ran.payload);
    const facts = { sessionKey: 'agent:x:y', runId: 'r9', host: 'node', command: '"a b" c' };
    expect(events).toEqual([
      ['exec.started', facts],
      'running',
      ['exec.finished', { ...facts, exitCode: 3, timedOut: false, success: false, output: 'out' }],
    ]);
  });

  test('a host that cannot tell still gets a pair, a headless one only the end', async () => {
    const app = systemRun(ran);
    await app.run({ command: ['ls'] }, invocation());
    expect(names(app.events)).toEqual(['exec.started', 'exec.finished']);
    const headless = systemRun(ran, { announceStart: false, starts: true });
    await headless.run({ command: ['ls'] }, invocation());
    expect(names(headless.events)).toEqual(['running', 'exec.finished']);
  });

  test('a denial is exactly one event and the same message', async () => {
    const { run, events } = systemRun({
      ok: false,
      error: {
        code: 'UNAVAILABLE',
        message: 'SYSTEM_RUN_DENIED: user denied',
        reason: 'user-denied',
      },
    });
    await expect(run({ command: ['ls'], rawCommand: 'ls' }, invocation())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'SYSTEM_RUN_DENIED: user denied',
    });
    expect(events).toMatchObject([
      ['exec.denied', { reason: 'user-denied', sessionKey: 'main', command: 'ls' }],
    ]);
  });

  test.each([
    [undefined, 'INVALID_REQUEST: paramsJSON required'],
    [{ command: [] }, 'command required'],
    [{ command: [' '] }, 'command required'],
    [{ command: 'ls -la' }, 'INVALID_REQUEST: command: invalid_type'],
    [{ command: ['ls'], env: { A: 'secret', B: 7 } }, 'INVALID_REQUEST: env.B: invalid_type'],
    [[], 'INVALID_REQUEST: params: invalid_type'],
  ])('%j runs nothing', async (params, message) => {
    const { run, executed, events } = systemRun(ran);
    await expect(run(params, invocation())).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message,
    });
    expect(executed).toEqual([]);
    expect(events).toEqual([]);
  });

  test('random parameters end in a request or a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.record({ command: fc.array(fc.string()), env: fc.jsonValue() }),
        ),
        async (params) => {
          const { run } = systemRun(ran);
          const error = await run(params, invocation()).then(
            () => null,
            (reason: unknown) => reason,
          );
          if (error !== null) expect(error).toBeInstanceOf(CompanionError);
        },
      ),
    );
  });
});

describe('results that are too long for a frame', () => {
  const payload = { exitCode: 0, timedOut: false, success: true, stderr: 'kept' };

  test('the end of the longer stream is kept, marked once', () => {
    const stdout = `${'x'.repeat(50_000)}END`;
    const fitted = fitRunPayload({ ...payload, stdout }, 20_000);
    expect(fitted.stdout).toMatch(/^\.\.\. \(truncated\) x+END$/);
    expect(fitted.stdout.match(/truncated/g)).toHaveLength(1);
    expect(fitted.stderr).toBe('kept');
    expect(fitRunPayload({ ...payload, stdout }, 60_000).stdout).toBe(stdout);
  });

  test('any output fits any sensible frame, and stays well-formed', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 400, unit: 'binary' }),
      fc.constant('\u0001'.repeat(3_000)),
      fc.constant('😀'.repeat(3_000)),
    );
    fc.assert(
      fc.property(text, text, fc.integer({ min: 400, max: 4_000 }), (stdout, stderr, max) => {
        const fitted = fitRunPayload({ ...payload, stdout, stderr }, max);
        const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(fitted)));
        expect(bytes).toBeLessThanOrEqual(max);
        if (stdout.isWellFormed()) expect(fitted.stdout.isWellFormed()).toBe(true);
      }),
    );
  });
});

test('system.run.prepare answers what the host prepared, or its refusal', async () => {
  const seen: unknown[] = [];
  const prepared = {
    plan: {
      argv: ['ls'],
      cwd: '/tmp',
      commandText: 'ls',
      commandPreview: null,
      agentId: null,
      sessionKey: null,
    },
    execPolicy: { security: 'allowlist', ask: 'on-miss' },
    allowAlwaysCoverage: { complete: false, patterns: [] },
  } as const;
  const prepare = createSystemRunPrepare({
    origin,
    async prepare(request, from) {
      seen.push([request.argv, from]);
      if (request.argv[0] === 'ls') return { ok: true, payload: prepared };
      return {
        ok: false,
        error: { code: 'UNAVAILABLE', message: 'failed to start: gone', reason: 'not-found' },
      };
    },
  });
  expect(await prepare({ command: ['ls'] }, invocation())).toEqual(prepared);
  await expect(prepare({ command: ['gone'] }, invocation())).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'failed to start: gone',
  });
  await expect(prepare({ command: [] }, invocation())).rejects.toMatchObject({
    message: 'command required',
  });
  expect(seen).toHaveLength(2);
  expect(seen[0]).toEqual([['ls'], { ...origin, budgetMs: 60_000 }]);
});

describe('system.which', () => {
  const folder = (): string => {
    const path = tempDir();
    for (const name of ['tool', 'other']) {
      writeFileSync(join(path, name), '');
      chmodSync(join(path, name), 0o755);
    }
    writeFileSync(join(path, 'data'), '', { mode: 0o644 });
    mkdirSync(join(path, 'folder'));
    for (const name of ['folder/inner', 'a\\b']) {
      writeFileSync(join(path, name), '', { mode: 0o755 });
    }
    return path;
  };
  const bins = [
    ' tool ',
    'tool',
    'data',
    'folder',
    'none',
    '',
    '/bin/sh',
    'folder/inner',
    '..',
    'a\\b',
    'z\0',
    '../x',
  ];

  test('the app names what it found and where; paths and folders are ignored', async () => {
    const path = folder();
    const which = createSystemWhich({ flavor: 'app', searchPath: () => `relative:/none:${path}` });
    expect(await which({ bins: [...bins, 'other'] }, invocation())).toEqual({
      bins: ['tool', 'other'],
      paths: { tool: join(path, 'tool'), other: join(path, 'other') },
    });
    await expect(which({ bins: [' '] }, invocation())).rejects.toMatchObject({
      message: 'INVALID_REQUEST: bins required',
    });
  });

  test('a headless host answers one map', async () => {
    const path = folder();
    const which = createSystemWhich({ flavor: 'headless', searchPath: () => path });
    expect(await which({ bins }, invocation())).toEqual({ bins: { tool: join(path, 'tool') } });
    expect(await which({ bins: [] }, invocation())).toEqual({ bins: {} });
  });
});

describe('system.notify', () => {
  test('title, body, sound and priority reach the notifier; the answer has no payload', async () => {
    const shown: Notification[] = [];
    const notify = createSystemNotify({ notify: async (one) => void shown.push(one) });
    const params = { title: 'T', body: 'B', sound: 'Glass', priority: 'passive' };
    expect(await notify(params, invocation())).toBe(undefined);
    await notify({ title: '', body: 'only' }, invocation());
    expect(shown).toEqual([
      { title: 'T', body: 'B', sound: 'Glass', priority: 'passive' },
      { title: '', body: 'only', sound: null, priority: 'active' },
    ]);
    await expect(notify({ title: ' ', body: '\n' }, invocation())).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'INVALID_REQUEST: empty notification',
    });
  });

  const refuses: Notifier['notify'] = async () => {
    throw new CompanionError('UNAVAILABLE', 'NOT_AUTHORIZED: notifications');
  };

  test.each([
    ['system', refuses, 'NOT_AUTHORIZED: notifications', 0],
    ['overlay', refuses, null, 1],
    ['auto', refuses, null, 1],
    ['auto', async () => undefined, null, 0],
  ] as const)('delivery %s, beside an overlay', async (delivery, system, failure, overlays) => {
    const shown: Notification[] = [];
    const notify = createSystemNotify({ notify: system, overlay: (one) => void shown.push(one) });
    const answer = notify({ title: 'T', body: 'B', delivery }, invocation());
    if (failure === null) expect(await answer).toBe(undefined);
    else await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE', message: failure });
    expect(shown).toHaveLength(overlays);
  });

  test.each([
    ['overlay', 'UNAVAILABLE: this companion has no overlay'],
    ['auto', 'NOT_AUTHORIZED: notifications'],
  ])('delivery %s without a window of ours says that nobody saw it', async (delivery, message) => {
    const notify = createSystemNotify({ notify: refuses });
    await expect(notify({ title: 'T', body: 'B', delivery }, invocation())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message,
    });
  });

  const fakeNotifySend = (script: string): { path: string; args: () => string[] } => {
    const path = tempDir();
    const out = join(path, 'args');
    writeFileSync(join(path, 'notify-send'), `#!/bin/sh\n${script.replace('OUT', out)}\n`, {
      mode: 0o755,
    });
    return { path, args: () => readFileSync(out, 'utf8').split('\0').slice(0, -1) };
  };
  const notifier = (path: string) =>
    createHeadlessNotifier({ platform: 'linux', env: { PATH: path }, log: createFakeLogger() });
  const one = { sound: null, priority: 'timeSensitive' } as const;

  test('an agent’s text is title and body and nothing else', async () => {
    const program = fakeNotifySend('printf \'%s\\0\' "$@" > OUT');
    const title = '--hint=string:x:y $(touch /tmp/owned)\0';
    await notifier(program.path).notify({ ...one, title, body: '-u <a href="x">&\nsecond' });
    expect(program.args()).toEqual([
      '--app-name=OpenClaw Companion',
      '--urgency=critical',
      '--',
      '--hint=string:x:y $(touch /tmp/owned)\\u{0}',
      '-u &#60;a href="x"&#62;&#38;\nsecond',
    ]);
    await notifier(program.path).notify({ ...one, title: 't'.repeat(5_000), body: '' });
    expect(program.args()[3]).toHaveLength(200);
  });

  test('a machine that cannot show anything says so (node-commands §2.3)', async () => {
    const failing = fakeNotifySend('exit 1');
    for (const path of [tempDir(), failing.path]) {
      await expect(notifier(path).notify({ ...one, title: 't', body: 'b' })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: 'NOT_AUTHORIZED: notifications',
      });
    }
  });
});
