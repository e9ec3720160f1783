import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets } from '#core/redact.ts';
import { redactFields } from '#core/redact-fields.ts';
import { namesSecret } from '#core/secret-names.ts';

const hexRun = 'a1b2c3d4e5f6a7b8c9d0';

describe('redactSecrets (S30)', () => {
  it.each([
    ['sk-', `sk-proj-${hexRun}`, 'sk-…redacted'],
    ['stripe', `sk_live_${hexRun}`, 'sk_live_…redacted'],
    ['ghp_', `ghp_${hexRun}`, 'ghp_…redacted'],
    ['gho_', `gho_${hexRun}`, 'gho_…redacted'],
    ['github_pat_', `github_pat_11_${hexRun}`, 'github_pat_…redacted'],
    ['xoxb', `xoxb-1234-${hexRun}`, 'xoxb-…redacted'],
    ['AWS', 'AKIAIOSFODNN7EXAMPLE', 'AKIA…redacted'],
    ['JWT', 'eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', 'eyJ…redacted'],
    ['Bearer', `curl -H "X: Bearer ${hexRun}"`, 'curl -H "X: Bearer …redacted"'],
    ['header', `-H "Authorization: Basic dTpw" x`, '-H "Authorization: …redacted" x'],
    ['export', 'export K=hunter2 && ls', 'export K=…redacted && ls'],
    ['export quoted', `export K='a b' ; ls`, 'export K=…redacted ; ls'],
    ['assignment', 'DB_PASS=hunter2 make', 'DB_PASS=…redacted make'],
    ['glued name', 'GITHUBTOKEN=abc make', 'GITHUBTOKEN=…redacted make'],
    ['unclosed quote', 'TOKEN="abc def', 'TOKEN=…redacted'],
    ['option', 'cmd --token abc -v', 'cmd --token …redacted -v'],
    ['option with =', 'cmd --api-key=abc -v', 'cmd --api-key=…redacted -v'],
    ['option with quotes', 'cmd --password "a b" -v', 'cmd --password …redacted -v'],
    ['-p', 'mysql -u root -phunter2 db', 'mysql -u root -p…redacted db'],
    ['-p apart', 'docker login -p hunter2 host', 'docker login -p …redacted host'],
    ['-u', 'curl -u bob:hunter2 host', 'curl -u bob:…redacted host'],
    ['URL', 'https://bob:hunter2@host/x', 'https://bob:…redacted@host/x'],
    ['URL token', 'https://hunter2@host/x', 'https://…redacted@host/x'],
    ['URL query', 'https://host/?token=hunter2&x=1', 'https://host/?token=…redacted&x=1'],
    ['JSON', '{"password":"a \\" b","user":"x"}', '{"password":…redacted,"user":"x"}'],
    ['nested JSON', '"{\\"password\\":\\"a b\\"}"', '"{\\"password\\":…redacted}"'],
    [
      'PEM',
      'x -----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY----- y',
      'x -----BEGIN EC PRIVATE KEY…redacted y',
    ],
    ['cut PEM', '-----BEGIN PRIVATE KEY-----\nabc', '-----BEGIN PRIVATE KEY…redacted'],
    ['behind a literal newline', `printf 'a\\nghp_${hexRun}'`, `printf 'a\\nghp_…redacted'`],
  ])('masks %s and leaves enough to recognise it', (_, text, expected) => {
    expect(redactSecrets(text)).toBe(expected);
  });

  it.each([
    'mkdir -p /tmp/x && ssh -p 22 host',
    'PWD=/home/x OLDPWD=/y HOME=/z',
    'cmd --token-file /run/token --max-tokens 5',
    'git clone ssh://git@github.com/x',
    'task-scheduler risk-free ask-me-anything',
    'sessionKey=main agentId=a',
    'eyJust a word',
  ])('leaves alone: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  /** Each carries the secret `%` in a way that names it. */
  const carriers = fc.constantFrom(
    ...['export K=%', "export K='% x'", 'API_TOKEN=%', 'DB_PASS="a % b"', '--password %'],
    ...["--api-key='%'", '--secret=%', 'Authorization: Bearer %', 'bearer %', 'https://u:%@host/x'],
    ...['https://%@host', 'redis://:%@host', '?access_token=%&x=1', '{"password": "%"}', 'ghp_%'],
    ...['sk-%', 'xoxb-%', 'mysql -p%', 'sshpass -p %', 'curl -u me:%', "curl -u 'me:% x'"],
    ...[
      '-----BEGIN RSA PRIVATE KEY-----\n%\n',
      'Set-Cookie: id=%; path=/',
      '{\\"token\\":\\"%\\"}',
    ],
  );
  const noise = fc.constantFrom(
    '',
    'ls',
    '&&',
    '|',
    ';',
    'x=1',
    '--flag',
    'a:b',
    '/bin/sh -lc',
    '\n',
  );
  const secret = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/);

  it('finds a secret wherever it stands among other words, and again when done twice (property)', () => {
    const place = fc.tuple(fc.array(noise), carriers, fc.array(noise));
    fc.assert(
      fc.property(place, secret, ([before, carrier, behind], hidden) => {
        const text = [...before, carrier.replace('%', hidden), ...behind].join(' ');
        const once = redactSecrets(text);
        expect(once).not.toContain(hidden);
        expect(redactSecrets(once)).not.toContain(hidden);
        expect(once).toContain('…redacted');
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to the text, whatever is repeated', () => {
    const seeds = ['a', ' ', '-', '=', '"', "\\'", 'eyJ', '-eyJaaaaaa', 'KEY="', 'a://', 'a:b@'];
    seeds.push('-----BEGIN ', 'mysql -p', 'export ', ' -u a:', 'A_TOKEN: ', 'Bearer ', '\\"');
    for (const seed of seeds) {
      const started = performance.now();
      redactSecrets(seed.repeat(500_000 / seed.length));
      // A quadratic pattern takes minutes here, a linear one well under a second.
      expect(performance.now() - started, seed).toBeLessThan(5_000);
    }
  });

  it('takes no longer where a value begins, whatever is repeated in it (S26)', () => {
    const leads = ['TOKEN=', 'TOKEN:', '--token ', "TOKEN='", 'TOKEN="', 'Cookie: ', 'mysql -p'];
    const seeds = ['\\', '\\ ', '\\\\a', '\\"', '"\\', "'", '"', 'a', ' ', '=', '[', 'a\\'];
    for (const lead of leads) {
      for (const seed of seeds) {
        const started = performance.now();
        redactSecrets(lead + seed.repeat(200_000 / seed.length));
        // Quadratic: tens of seconds.
        expect(performance.now() - started, lead + seed).toBeLessThan(10_000);
      }
    }
  });
});

describe('redactFields (S30)', () => {
  it('masks by the name of a field, by shape, and behind options in a list', () => {
    const fields = {
      token: 'abc',
      nested: { apiKey: 'abc', list: [`ghp_${hexRun}`] },
      argv: ['cmd', '--password', 'abc', '--verbose', 'x'],
      url: 'https://a:b@host',
      hasToken: true,
      tokenCount: 3,
      secret: null,
    };
    expect(redactFields(fields)).toEqual({
      token: '…redacted',
      nested: { apiKey: '…redacted', list: ['ghp_…redacted'] },
      argv: ['cmd', '--password', '…redacted', '--verbose', 'x'],
      url: 'https://a:…redacted@host',
      hasToken: true,
      tokenCount: 3,
      secret: null,
    });
  });

  it('turns into JSON whatever it is given, and never throws', () => {
    const circular: Record<string, unknown> = { big: 1n, when: new Date(0), never: new Date('x') };
    circular.self = circular;
    circular.error = new Error(`failed with sk-${hexRun}`, { cause: new Error('inner') });
    circular.bytes = new Uint8Array(3);
    circular.map = new Map([['a', 1]]);
    circular.call = () => undefined;
    Object.defineProperty(circular, 'broken', {
      enumerable: true,
      get: () => {
        throw new Error('getter');
      },
    });
    expect(JSON.parse(JSON.stringify(redactFields(circular)))).toEqual({
      big: '1',
      when: '1970-01-01T00:00:00.000Z',
      never: null,
      self: '[circular]',
      error: {
        name: 'Error',
        message: 'failed with sk-…redacted',
        cause: { name: 'Error', message: 'inner' },
      },
      bytes: '[3 bytes]',
      map: [['a', 1]],
      call: '[function]',
      broken: '[unreadable]',
    });
  });

  it('accepts any record (property)', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (record) => {
        JSON.stringify(redactFields(record));
      }),
    );
  });
});

describe('namesSecret', () => {
  it.each(['token', 'API_KEY', 'KEY', 'dbPassword', 'X-Api-Key', 'NPM_AUTH', 'Set-Cookie', 'pass'])(
    'says yes to %s',
    (name) => expect(namesSecret(name)).toBe(true),
  );
  it.each([
    'PATH',
    'PWD',
    'sessionKey',
    'PUBLIC_KEY',
    'token-file',
    'max_tokens',
    'bypass',
    'key',
    '',
  ])('says no to %s', (name) => expect(namesSecret(name)).toBe(false));
});
