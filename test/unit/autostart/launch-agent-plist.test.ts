import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { launchAgentPlist, startsProgram } from '#host/autostart/launch-agent-plist.ts';
import type { AutostartProgram } from '#host/autostart/types.ts';
import { readPlist } from '#support/plist-text.ts';

const program: AutostartProgram = {
  id: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  argv: ['/Applications/OpenClaw Companion.app/Contents/MacOS/OpenClaw Companion', '--at-login'],
  env: {},
};
const log = '/Users/ada/Library/Logs/ai.openclaw.companion/launchd.log';

describe('the property list of our LaunchAgent', () => {
  it('is the one of cli-and-ops §6.3', () => {
    expect(readPlist(launchAgentPlist(program, log))).toEqual({
      Label: 'ai.openclaw.companion',
      ProgramArguments: program.argv,
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      LimitLoadToSessionType: 'Aqua',
      ProcessType: 'Interactive',
      AssociatedBundleIdentifiers: ['ai.openclaw.companion'],
      Umask: 0o077,
      EnvironmentVariables: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      StandardOutPath: log,
      StandardErrorPath: log,
    });
  });

  it('starts this program only on the state that is the same', () => {
    const env = { OPENCLAW_STATE_DIR: '/srv/a', OPENCLAW_PROFILE: 'work', OTHER: 'x' };
    const plist = launchAgentPlist({ ...program, env }, log);
    expect(startsProgram(plist, { ...program, env: { ...env, OTHER: 'y' } })).toBe(true);
    for (const other of [{}, { ...env, OPENCLAW_STATE_DIR: '/srv/b' }]) {
      expect(startsProgram(plist, { ...program, env: other })).toBe(false);
    }
  });

  it('says any path and argument exactly as they are', () => {
    const word = fc.string({ unit: 'binary' }).filter((text) => {
      return !/[\p{Cc}\u2028\u2029\ufffe\uffff]|<\//u.test(text);
    });
    fc.assert(
      fc.property(word, fc.array(word), (path, args) => {
        const argv = [`/${path}`, ...args] as const;
        const plist = launchAgentPlist({ ...program, argv }, log);
        expect(readPlist(plist)).toMatchObject({ ProgramArguments: argv });
        expect(startsProgram(plist, { ...program, argv })).toBe(true);
        expect(startsProgram(plist, { ...program, argv: [...argv, 'x'] })).toBe(false);
      }),
    );
  });
});
