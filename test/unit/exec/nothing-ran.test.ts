import { describe, expect, it } from 'vitest';
import { type Change, firstChange } from '#core/exec/changes.ts';
import { changedSince } from '#core/exec/failures.ts';
import type { PathIdentity, PathKind, Sighting } from '#core/exec/types.ts';
import { historyMessages } from '#core/messages-history.ts';

const identity = (path: string, change: Partial<PathIdentity> = {}): PathIdentity => ({
  path,
  device: '1',
  inode: '10',
  size: 100,
  ctimeNs: '1000',
  ...change,
});

const seen = (kind: PathKind, path: string, found: PathIdentity | null): Sighting => ({
  kind,
  path,
  found,
});

/** Looks at a disk that is as it says now; the paths it was asked for, in order. */
function probeOf(now: Readonly<Record<string, PathIdentity>>) {
  const looked: string[] = [];
  const lookNow = (path: string): PathIdentity | null => {
    looked.push(path);
    return now[path] ?? null;
  };
  return { looked, look: async (path: string) => lookNow(path), lookNow };
}

describe('what changed after it was allowed (S11, AP-11)', () => {
  it('a script among the arguments: by its content, its coming and its going', () => {
    const script = identity('/work/a.py', { sha256: 'before' });
    const sighting = seen('script', '/work/./a.py', script);
    const probe = (now: PathIdentity | null) =>
      probeOf(now === null ? {} : { '/work/./a.py': now });
    const kind = 'script';
    expect(firstChange([sighting], probe(script))).toBeNull();
    // The same file: it is named as it was shown.
    expect(firstChange([sighting], probe({ ...script, sha256: 'after' }))).toEqual({
      kind,
      path: '/work/a.py',
      how: 'changed',
    });
    expect(firstChange([sighting], probe(null))).toEqual({
      kind,
      path: '/work/./a.py',
      how: 'gone',
    });
    expect(firstChange([{ ...sighting, found: null }], probe(script))).toMatchObject({
      kind,
      how: 'appeared',
    });
  });

  it('a link that leads elsewhere is named, and not the file it led to', () => {
    const sighting = seen('program', '/bin/link', identity('/opt/tool'));
    const probe = probeOf({ '/bin/link': identity('/evil/tool') });
    expect(firstChange([sighting], probe)).toEqual({
      kind: 'program',
      path: '/bin/link',
      how: 'changed',
    });
  });

  it('the first of several changes is told; what is named twice is looked at once', () => {
    const folder = seen('directory', '/work', identity('/work'));
    const program = seen('program', '/bin/tool', identity('/bin/tool'));
    const probe = probeOf({ '/work': identity('/work') });
    expect(firstChange([folder, folder, program, folder], probe)).toMatchObject({
      kind: 'program',
      how: 'gone',
    });
    expect(probe.looked).toEqual(['/work', '/bin/tool']);
  });
});

const hostile = '/home/ann/\u202Etxt.sh\nAllowed';

describe('what is said of it (ui.md §6)', () => {
  it.each<[string, Change]>([
    [
      'Nothing ran. The folder /home/ann/code/api changed after you allowed this; ask again to run it there.',
      { kind: 'directory', path: '/home/ann/code/api', how: 'changed' },
    ],
    [
      'Nothing ran. The program /usr/bin/git changed after you allowed this; ask again to run it.',
      { kind: 'program', path: '/usr/bin/git', how: 'changed' },
    ],
    [
      'Nothing ran. The program /opt/bin/git appeared after you allowed this; ask again to run it.',
      { kind: 'program', path: '/opt/bin/git', how: 'appeared' },
    ],
    [
      'Nothing ran. The file /work/a.py among its arguments went away after you allowed this; ask again to run it.',
      { kind: 'script', path: '/work/a.py', how: 'gone' },
    ],
    [
      'Nothing ran. The rules changed after you allowed this; ask again to run it.',
      { kind: 'rules' },
    ],
    [
      'Nothing ran. The program /home/ann/\\u{202E}txt.sh\\u{A}Allowed changed after you allowed this; ask again to run it.',
      { kind: 'program', path: hostile, how: 'changed' },
    ],
  ])('%s', (sentence, change) => {
    expect(historyMessages.nothingRan(change, true)).toBe(sentence);
  });

  it('does not say "you" of what a rule or somebody else allowed', () => {
    expect(historyMessages.nothingRan({ kind: 'rules' }, false)).toBe(
      'Nothing ran. The rules changed after this was allowed; ask again to run it.',
    );
  });

  it('peers get the text they know, with what changed behind it on the same line', () => {
    const { message, ...rest } = changedSince({ kind: 'program', path: hostile, how: 'changed' });
    expect(rest).toEqual({ code: 'UNAVAILABLE', reason: 'approval-stale' });
    expect(message).toBe(
      'SYSTEM_RUN_DENIED: changed since approval: /home/ann/\\u{202E}txt.sh\\u{A}Allowed',
    );
    expect(changedSince({ kind: 'rules' }).message).toBe(
      'SYSTEM_RUN_DENIED: changed since approval: the rules',
    );
  });
});
