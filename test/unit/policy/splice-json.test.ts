import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spliceMembers } from '#core/policy/splice-json.ts';

const values = { path: '/s.sock', token: 't' };
const set = (text: string) => spliceMembers(text, 'socket', values);

describe('setting members in somebody else’s JSON (D3)', () => {
  it.each([
    ['{"socket":{"path":"a","token":"b"}}', '{"socket":{"path":"/s.sock","token":"t"}}'],
    [
      '{ "socket" : { "token":"b" , "x" : [1,{"y":"}"}] } }',
      '{ "socket" : { "path": "/s.sock", "token":"t" , "x" : [1,{"y":"}"}] } }',
    ],
    ['{}', '{"socket":{"path":"/s.sock","token":"t"}}'],
    [
      '{\n  "version": 1\n}\n',
      '{\n  "socket": {"path":"/s.sock","token":"t"},\n  "version": 1\n}\n',
    ],
    [
      '{"a":"\\"socket\\":{","socket":{}}',
      '{"a":"\\"socket\\":{","socket":{"token":"t","path":"/s.sock"}}',
    ],
    // The last one counts.
    [
      '{"socket":1,"socket":{"path":"a","token":"b"}}',
      '{"socket":1,"socket":{"path":"/s.sock","token":"t"}}',
    ],
    ['{"s\\u006fcket":{"token":"b","path":3}}', '{"s\\u006fcket":{"token":"t","path":"/s.sock"}}'],
  ])('%j', (before, after) => {
    expect(set(before)).toBe(after);
  });

  it.each(['', '[]', '1', '{', '{"socket":[]}', '{"socket":null}', '{"a":1}x'])(
    'refuses %j',
    (text) => {
      expect(set(text)).toBeNull();
    },
  );

  // Not `"` and `\` together: JSON.parse of Node 24.21 sometimes reads one such name as the other.
  const member = fc.constantFrom('socket', 'path', 'token', 'a', 'b"', 'é', '{', '__proto__');
  const socket = fc.dictionary(fc.constantFrom('path', 'token', 'x'), fc.string());
  const document = fc
    .tuple(fc.dictionary(member, fc.jsonValue()), fc.option(socket, { nil: undefined }))
    .map(([rest, own]) => {
      const { socket: _, ...others } = rest;
      return own === undefined ? others : { ...others, socket: own };
    });
  const text = fc
    .tuple(document, fc.constantFrom(0, 2, '\t'))
    .map(([value, indent]) => JSON.stringify(value, null, indent));

  it('changes exactly that, in any document', () => {
    fc.assert(
      fc.property(text, (before) => {
        const was = JSON.parse(before);
        const after = JSON.parse(set(before) ?? '');
        // As lists: an own member named __proto__ confuses comparisons of objects.
        const others = (value: object) =>
          JSON.stringify(Object.entries(value).filter(([name]) => name !== 'socket'));
        expect(others(after)).toBe(others(was));
        expect(after.socket).toEqual({ ...was.socket, ...values });
      }),
    );
  });

  it('keeps every other byte: put back what was there, and the text is as before', () => {
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (any, path, token) => {
        const before = spliceMembers(any, 'socket', { path, token }) ?? '';
        expect(set(set(before) ?? '')).toBe(set(before));
        expect(spliceMembers(set(before) ?? '', 'socket', { path, token })).toBe(before);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        const after = set(any);
        if (after !== null) JSON.parse(after);
      }),
    );
  });
});
