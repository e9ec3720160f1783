import type { AutostartProgram } from './types.ts';
import { keptVariables, plainArgv, plainValue } from './variables.ts';

/**
 * launchd's own default, written down so that `launchctl setenv PATH` of anybody does not reach us;
 * the search path of commands is built at start (decisions, "Environment").
 */
const fixedPath = '/usr/bin:/bin:/usr/sbin:/sbin';

/** The least time between two starts, in seconds. */
const throttleSeconds = 10;

/** 0077, as the decimal number a property list wants: the log is private from birth. */
const privateUmask = 63;

/**
 * Our LaunchAgent (cli-and-ops §6.3). A quit (exit 0) lasts until the next login, a crash is
 * followed by a new start.
 * @throws CompanionError INVALID_REQUEST for a value that cannot be written down safely (S14)
 */
export function launchAgentPlist(program: AutostartProgram, logPath: string): string {
  const id = plainValue('The bundle id', program.id);
  const log = plainValue('The path of the log', logPath);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${dict([
  ['Label', text(id)],
  programArguments(program),
  ['RunAtLoad', '<true/>'],
  ['KeepAlive', dict([['SuccessfulExit', '<false/>']])],
  ['ThrottleInterval', `<integer>${throttleSeconds}</integer>`],
  ['LimitLoadToSessionType', text('Aqua')],
  ['ProcessType', text('Interactive')],
  ['AssociatedBundleIdentifiers', array([text(id)])],
  ['Umask', `<integer>${privateUmask}</integer>`],
  environmentVariables(program),
  ['StandardOutPath', text(log)],
  ['StandardErrorPath', text(log)],
])}
</plist>
`;
}

/** True when this property list starts exactly this program on this state, whatever else it says. */
export function startsProgram(plist: string, program: AutostartProgram): boolean {
  return [programArguments(program), environmentVariables(program)].every(([key, value]) =>
    plist.includes(entry(key, value)),
  );
}

type Entry = readonly [key: string, value: string];

function programArguments({ argv }: AutostartProgram): Entry {
  return ['ProgramArguments', array(plainArgv(argv).map(text))];
}

function environmentVariables({ env }: AutostartProgram): Entry {
  const variables = [['PATH', fixedPath] as const, ...keptVariables(env)];
  return ['EnvironmentVariables', dict(variables.map(([name, value]) => [name, text(value)]))];
}

function dict(entries: readonly Entry[]): string {
  return `<dict>\n${entries.map(([key, value]) => entry(key, value)).join('\n')}\n</dict>`;
}

function entry(key: string, value: string): string {
  return `<key>${escaped(key)}</key>\n${value}`;
}

function array(items: readonly string[]): string {
  return `<array>\n${items.join('\n')}\n</array>`;
}

function text(value: string): string {
  return `<string>${escaped(value)}</string>`;
}

function escaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
