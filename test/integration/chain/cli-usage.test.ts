import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startCompanion, startCompanionProcess } from '#support/programs.ts';
import { tempDir } from '#support/temp-dir.ts';

const usageErrors: readonly (readonly [string, string])[] = [
  ['', 'Usage: openclaw-mac'],
  ['bogus', "unknown command 'bogus'"],
  ['--bogus', "unknown option '--bogus'"],
  ['status --bogus', "unknown option '--bogus'"],
  ['status extra', 'too many arguments'],
  ['node', 'Usage: openclaw-mac node'],
  ['approvals', 'Usage: openclaw-mac approvals'],
  ['approvals show', "missing required argument 'id'"],
  ['approvals allow-forever x', "unknown command 'allow-forever'"],
  ['run', "missing required argument 'argv'"],
  ['run --', "missing required argument 'argv'"],
  ['run --node', "option '--node <node>' argument missing"],
  ['run -x -- ls', "unknown option '-x'"],
  ['run --timeout 0 -- ls', 'whole number above 0'],
  ['run --timeout 1e3 -- ls', 'whole number above 0'],
  ['run --wait 99999999999 -- ls', 'at most 2147483647'],
  ['run --port 0 -- ls', '--port must be a port from 1 to 65535, not "0".'],
  ['run --port http -- ls', '--port must be a port from 1 to 65535, not "http".'],
  ['run --token-file /no/such/file -- ls', 'Cannot read the token file /no/such/file.'],
  ['run --host ws://h -- ls', '--host must be a host name or an address, not "ws://h".'],
  ['invoke --node n', "required option '--command <command>' not specified"],
  ['invoke --node n --command c --params {"a":', '--params is not valid JSON.'],
  ['invoke --node n --command c --timeout soon', 'whole number above 0'],
  ['audit --since yesterday', '--since does not understand "yesterday".'],
  ['audit --limit -1', 'whole number above 0'],
  ['audit --limit 100001', 'at most 100000'],
  ['node run --port 99999', '--port must be a port'],
  ['node run --companion-token-file /no/such', 'Cannot read the token file /no/such.'],
  ['run --token x -- ls', '--token is not accepted'],
  ['--password=x status', '--password is not accepted'],
  ['node run --token=x', '--token is not accepted'],
];

/** A folder in which the system lets nobody make anything, not even root. */
const nowhere = process.platform === 'darwin' ? '/System/openclaw' : '/proc/openclaw';

/** The processes are what takes time here: a few at once. */
async function inBatches<T>(items: readonly T[], check: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await check(item);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

describe('a wrong command line', () => {
  it('exits 2 with a sentence that names what is wrong, touches nothing, prints no stack', async () => {
    const stateDir = tempDir();
    await inBatches(usageErrors, async ([line, sentence]) => {
      const result = await runCli(stateDir, line === '' ? [] : line.split(' '));
      expect({ line, ...result }).toEqual({
        line,
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(sentence),
      });
      expect(result.stderr).not.toMatch(/\n {4}at /);
      // Nothing of a secret on the command line is repeated.
      expect(result.stderr).not.toMatch(/--(token|password)=x/);
    });
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('with --json it is one object on stdout, and nothing on stderr', async () => {
    const stateDir = tempDir();
    const lines = [
      'bogus',
      'run --bogus -- ls',
      'approvals',
      'run --port x -- ls',
      'run --token x',
    ];
    await inBatches(lines, async (line) => {
      const result = await runCli(stateDir, ['--json', ...line.split(' ')]);
      expect(result).toMatchObject({ code: 2, stderr: '' });
      expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, error: { code: 'USAGE' } });
    });
  });

  it('an empty program name is no command', async () => {
    expect(await runCli(tempDir(), ['run', '--', ' '])).toMatchObject({
      code: 2,
      stderr: 'The command to run is empty.\n',
    });
  });

  it.each([
    [[], '--headless'],
    [['--headless', '--port', '65536'], '--port must be a port from 0 to 65535'],
    [['--headless', '--decide', 'maybe'], "argument 'maybe' is invalid"],
    [['--headless', 'extra'], 'too many arguments'],
    [['--headless', '--token', 'x'], '--token is not accepted'],
  ])('openclaw-companion %j', async (args, sentence) => {
    const companion = startCompanionProcess(args);
    expect(await companion.exited).toBe(2);
    expect(companion.stderr()).toContain(sentence);
    expect(companion.stdout()).toBe('');
    expect(existsSync(join(companion.stateDir, 'config.json'))).toBe(false);
  });

  it('OPENCLAW_GATEWAY_PORT that is no port is named', async () => {
    const env = { OPENCLAW_GATEWAY_PORT: '1e4' };
    const companion = startCompanionProcess(['--headless'], { env });
    expect(await companion.exited).toBe(2);
    expect(companion.stderr()).toContain('OPENCLAW_GATEWAY_PORT');
  });
});

describe('help and version', () => {
  it('exit 0 on stdout', async () => {
    const stateDir = tempDir();
    const help = await runCli(stateDir, ['run', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--wait <ms>');
    expect(help.stdout).not.toContain('--token ');
    const version = await runCli(stateDir, ['--version']);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('nobody there', () => {
  it('exits 69 and says where it looked and what to start', async () => {
    const stateDir = tempDir();
    const lines = [
      'status',
      'approvals list',
      'approvals deny x',
      'audit',
      'run --port 1 -- ls',
      'invoke --port 1 --node n --command system.which',
    ];
    await inBatches(lines, async (line) => {
      const result = await runCli(stateDir, line.split(' '));
      expect({ line, ...result }).toMatchObject({ line, code: 69, stdout: '' });
      expect(result.stderr).toMatch(/ (at|on) \S+/);
      expect(result.stderr).toContain('openclaw-companion --headless');
    });
    const json = await runCli(stateDir, ['status', '--json']);
    expect(json).toMatchObject({ code: 69, stderr: '' });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: 'UNREACHABLE' } });
  });
});

describe('with a companion that runs', () => {
  it('unknown nodes, commands and ids are told apart', async () => {
    const { stateDir, ready } = await startCompanion();
    const mac = (line: string) => runCli(stateDir, line.split(' '));
    const { nodeId } = ready;
    expect(await mac('run --node nope -- ls')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^No node is called "nope"\.\nName one with --node:\n {2}[0-9a-f]/,
      ),
    });
    expect(await mac(`invoke --node ${nodeId} --command no.such`)).toMatchObject({
      code: 126,
      stderr: 'node command not allowed: command not allowlisted\n',
    });
    expect(await mac(`invoke --node ${nodeId} --command system.run --params {}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('INVALID_REQUEST'),
    });
    expect(
      await mac(`invoke --node ${nodeId} --command system.which --params {"bins":["sh"]}`),
    ).toMatchObject({ code: 0, stdout: expect.stringContaining('/sh"') });
    expect(await mac('approvals deny nope')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No request nope is waiting.'),
    });
  });

  it('a wrong Gateway token is named as such', async () => {
    const { stateDir } = await startCompanion();
    const tokenFile = join(tempDir(), 'token');
    writeFileSync(tokenFile, 'wrong-token-value');
    const { code, stderr } = await runCli(stateDir, ['run', '--token-file', tokenFile, '--', 'ls']);
    expect(code).toBe(69);
    expect(stderr).toContain('unauthorized');
    expect(stderr).toContain('--token-file');
    expect(stderr).not.toContain('wrong-token-value');
  });
});

describe('a state directory that cannot be used', () => {
  it('is named in the error, with the reason', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    const inside = tempDir();
    mkdirSync(join(inside, 'config.json'));
    for (const [stateDir, reason] of [
      [file, /not a real directory|ENOTDIR|EEXIST/],
      [join(file, 'below'), /ENOTDIR/],
      [nowhere, /ENOENT|EPERM|EROFS|EACCES/],
      [inside, /not a regular file|EISDIR/],
      [join(tempDir(), 'x'.repeat(100)), /bytes long/],
    ] as const) {
      const companion = startCompanionProcess(['--headless', '--port', '0'], { stateDir });
      expect(await companion.exited).toBe(1);
      expect(companion.stdout()).toBe('');
      expect(companion.stderr()).toContain(stateDir);
      expect(companion.stderr()).toMatch(reason);
      expect(companion.stderr()).not.toMatch(/\n {4}at /);
    }
  });
});
