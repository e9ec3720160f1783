import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desktopEntry, entryStatus } from '#host/autostart/desktop-entry.ts';
import type { AutostartProgram } from '#host/autostart/types.ts';
import { readExec } from '#support/desktop-entry-text.ts';

const program: AutostartProgram = {
  id: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  argv: ['/opt/OpenClaw Companion/companion', '--at-login'],
  env: {},
};
const execOf = (text: string): string => /^Exec=(.*)$/m.exec(text)?.[1] ?? '';

describe('the autostart entry', () => {
  it('starts the program at login in every desktop', () => {
    expect(desktopEntry(program).split('\n')).toEqual([
      '[Desktop Entry]',
      'Type=Application',
      'Version=1.5',
      'Name=OpenClaw Companion',
      'Exec="/opt/OpenClaw Companion/companion" "--at-login"',
      'Terminal=false',
      'StartupNotify=false',
      'Hidden=false',
      'X-GNOME-Autostart-enabled=true',
      '',
    ]);
  });

  it('escapes what the specification wants escaped, in its order', () => {
    const argv = ['/opt/50%', '\\', '$HOME', '`id`', '"', "'", '%u', ''] as const;
    const exec = execOf(desktopEntry({ ...program, argv }));
    expect(exec).toBe('"/opt/50%%" "\\\\\\\\" "\\\\$HOME" "\\\\`id\\\\`" "\\\\"" "\'" "%%u" ""');
    expect(readExec(exec)).toEqual(argv);
  });

  it('starts exactly these words, whatever is in them', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => {
      return !/[\p{Cc}\u2028\u2029\ufffe\uffff]|<\//u.test(text);
    });
    const path = word.filter((text) => !text.includes('='));
    fc.assert(
      fc.property(path, fc.array(word), (file, args) => {
        const argv = [`/${file}`, ...args] as const;
        const text = desktopEntry({ ...program, argv });
        expect(readExec(execOf(text))).toEqual(argv);
        expect(entryStatus(text, { ...program, argv })).toBe('on');
      }),
    );
  });

  it('keeps where state is, and no other variable', () => {
    const env = {
      OPENCLAW_COMPANION_STATE_DIR: '/srv/100% state',
      OPENCLAW_GATEWAY_TOKEN: 'secret',
      LD_PRELOAD: '/tmp/evil.so',
    };
    const exec = execOf(desktopEntry({ ...program, env }));
    expect(readExec(exec)).toEqual([
      '/usr/bin/env',
      'OPENCLAW_COMPANION_STATE_DIR=/srv/100% state',
      ...program.argv,
    ]);
  });

  it('cannot say a program path with an equal sign, and refuses it', () => {
    const argv = ['/opt/a=b/companion'] as const;
    expect(() => desktopEntry({ ...program, argv })).toThrow('contains "="');
  });
});

describe('what a desktop does with an entry', () => {
  const ours = desktopEntry(program);
  it.each([
    ['on', 'ours', ours],
    ['off', 'hidden by the desktop’s settings', ours.replace('Hidden=false', 'Hidden=true')],
    ['off', 'switched off in GNOME', ours.replace('enabled=true', 'enabled=false')],
    ['on', 'with spaces around and words of another program', `# x\n\n${ours}X-Other = 1\n`],
    [
      'on',
      'with a second group that says other things',
      `${ours.replace('Hidden=false\n', '')}[Desktop Action x]\nHidden=true\n`,
    ],
    ['unknown', 'of another program', ours.replace('/opt/', '/usr/')],
    ['unknown', 'that is no desktop entry', 'Exec=x\n'],
    ['unknown', 'that is empty', ''],
  ])('is "%s" for one that is %s', (status, _what, text) => {
    expect(entryStatus(text, program)).toBe(status);
  });

  it('is told for any text', () => {
    const line = fc.constantFrom('[Desktop Entry]', 'Hidden=true', 'Exec=', '=', '[', '#', 'a=b');
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
        expect(['off', 'unknown']).toContain(entryStatus(lines.join('\n'), program));
      }),
    );
  });
});
