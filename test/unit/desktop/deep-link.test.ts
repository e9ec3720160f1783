import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeepLink, parseDeepLink } from '#core/desktop/deep-link.ts';

describe('parseDeepLink', () => {
  it('reads what node-commands §4 names, for both schemes', () => {
    const query =
      'message=hello%20you&sessionKey=main&thinking=low&deliver=true&to=a&channel=b&timeoutSeconds=30';
    const link = {
      message: 'hello you',
      sessionKey: 'main',
      thinking: 'low',
      deliver: 'true',
      to: 'a',
      channel: 'b',
      timeoutSeconds: 30,
    };
    expect(parseDeepLink(`openclaw://agent?${query}`)).toEqual(link);
    expect(parseDeepLink(`OpenClaw-Companion://agent/?${query}`)).toEqual(link);
  });

  it('knows no key: nothing can be allowed by a link (decisions, "Deep links")', () => {
    expect(parseDeepLink('openclaw://agent?message=x&key=secret')).toEqual({ message: 'x' });
  });

  it.each([
    ['another host', 'openclaw://canvas?message=x'],
    ['no host', 'openclaw:agent?message=x'],
    ['another scheme', 'https://agent?message=x'],
    ['a scheme that only begins alike', 'openclawx://agent?message=x'],
    ['a path', 'openclaw://agent/run?message=x'],
    ['a user', 'openclaw://user@agent?message=x'],
    ['a port', 'openclaw://agent:1?message=x'],
    ['a fragment', 'openclaw://agent?message=x#y'],
    ['no message', 'openclaw://agent'],
    ['a blank message', 'openclaw://agent?message=%20%0A'],
    ['two messages', 'openclaw://agent?message=x&message=y'],
    ['a name that is not known', 'openclaw://agent?message=x&approve=1'],
    ['a time that is none', 'openclaw://agent?message=x&timeoutSeconds=-1'],
    ['too long a message', `openclaw://agent?message=${'x'.repeat(20_001)}`],
    ['too long a session', `openclaw://agent?message=x&sessionKey=${'x'.repeat(513)}`],
    ['too long a link', `openclaw://agent?message=x${'&key=x'.repeat(40_000)}`],
    ['an option of the command line', '--openclaw://agent?message=x'],
  ])('refuses %s', (_what, text) => {
    expect(parseDeepLink(text)).toBeNull();
  });

  it('S26: never throws, and gives back exactly the message that was sent', () => {
    const message = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(message, (text) => {
        const link = parseDeepLink(`openclaw://agent?message=${encodeURIComponent(text)}`);
        expect(link).toEqual(text.trim() === '' ? null : { message: text });
      }),
    );
    const tail = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(
        fc.constantFrom('', 'openclaw:', 'openclaw://agent?message='),
        tail,
        (head, rest) => {
          const link = parseDeepLink(head + rest);
          expect(link === null || isDeepLink(head + rest)).toBe(true);
        },
      ),
    );
  });
});
