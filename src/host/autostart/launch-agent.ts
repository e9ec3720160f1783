import { dirname, join } from 'node:path';
import { CompanionError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import { createSerialQueue } from '../store/serial-queue.ts';
import { launchAgentPlist, startsProgram } from './launch-agent-plist.ts';
import { ensureOwnFolder, readOwnFile, removeOwnFile, writeOwnFile } from './own-file.ts';
import type { Autostart, AutostartProgram, AutostartStatus, RunTool } from './types.ts';

interface LaunchAgentDeps {
  readonly program: AutostartProgram;
  readonly home: string;
  readonly uid: number;
  /** Our own process: the one launchd must not be told to end. */
  readonly pid: number;
  readonly run: RunTool;
  readonly clock: Clock;
}

const launchctl = '/bin/launchctl';
const plutil = '/usr/bin/plutil';

/** What launchd and every tool expects there (cli-and-ops §6.3); no secret is in it. */
const plistMode = 0o644;

/** What `launchctl print` ends with for a service that the domain does not have. */
const noSuchService = 113;

/** What `bootstrap` ends with while an earlier copy is being taken down (cli-and-ops §6.1, trap c). */
const stillLeaving: ReadonlySet<number | null> = new Set([5, 37]);

const bootstrapPauses: readonly number[] = [250, 500, 1_000, 2_000];

type Known = 'no' | 'loaded' | 'this-process' | 'unknown';

/** Launch at login by our own LaunchAgent (cli-and-ops §6.3; decisions, "macOS"). */
export function createLaunchAgent(deps: LaunchAgentDeps): Autostart {
  const path = join(deps.home, 'Library/LaunchAgents', `${deps.program.id}.plist`);
  const turns = createSerialQueue();
  return {
    async status() {
      return await turns.run(() => status(path, deps));
    },
    async set(on) {
      // Off deletes the file and no more: a bootout would end this very process (trap a).
      await turns.run(() => (on ? enable(path, deps) : removeOwnFile(path)));
    },
  };
}

async function status(path: string, deps: LaunchAgentDeps): Promise<AutostartStatus> {
  try {
    const plist = await readOwnFile(path);
    if (plist === null) return 'off';
    if (!startsProgram(plist, deps.program)) return 'unknown';
  } catch {
    // Not our file, or not readable: what starts at login cannot be told.
    return 'unknown';
  }
  const known = await lookUp(deps);
  if (known === 'unknown') return 'unknown';
  return known === 'no' ? 'needs-approval' : 'on';
}

async function enable(path: string, deps: LaunchAgentDeps): Promise<void> {
  const plist = launchAgentPlist(deps.program, logPath(deps));
  const known = await lookUp(deps);
  if (known === 'unknown') {
    throw new CompanionError('UNAVAILABLE', 'launchd has no desktop session of this user', {
      hint: 'Log in on the screen of this Mac and switch launch at login on there.',
    });
  }
  const before = await readOwnFile(path);
  // launchd does not make the folder of the log, and drops the output without it.
  ensureOwnFolder(dirname(logPath(deps)));
  await writeOwnFile(path, plist, plistMode);
  try {
    await requireReadable(path, deps);
    if (known === 'this-process' || (known === 'loaded' && before === plist)) return;
    await load(path, known, deps);
  } catch (error) {
    // The switch stays where it was.
    await (before === null ? removeOwnFile(path) : writeOwnFile(path, before, plistMode));
    throw error;
  }
}

/** A file that launchd cannot read would be found out at the next login only. */
async function requireReadable(path: string, { run }: LaunchAgentDeps): Promise<void> {
  const { code } = await run([plutil, '-lint', path]);
  // Null: there is no such tool, or it hangs. Then launchd itself has the word.
  if (code === 0 || code === null) return;
  throw new CompanionError('UNAVAILABLE', `plutil finds ${path} malformed: nothing was loaded`);
}

/** The copy that launchd starts now finds us running and ends with 0, so it stays down (trap b). */
async function load(path: string, known: Known, deps: LaunchAgentDeps): Promise<void> {
  const service = serviceTarget(deps);
  if (known === 'loaded') await deps.run([launchctl, 'bootout', service]);
  // An earlier "disable" outlives the file (trap d).
  await deps.run([launchctl, 'enable', service]);
  const bootstrap = () => deps.run([launchctl, 'bootstrap', domainTarget(deps), path]);
  let { code } = await bootstrap();
  for (const ms of bootstrapPauses) {
    if (!stillLeaving.has(code)) break;
    await pause(deps.clock, ms);
    code = (await bootstrap()).code;
  }
  if (code === 0) return;
  const how = code === null ? 'gave no answer' : `failed with ${code}`;
  throw new CompanionError(
    'UNAVAILABLE',
    `launchctl bootstrap ${how}: nothing will start at login`,
    {
      hint: 'Look at System Settings, General, Login Items: it may be switched off there.',
    },
  );
}

async function lookUp(deps: LaunchAgentDeps): Promise<Known> {
  const { code, stdout } = await deps.run([launchctl, 'print', serviceTarget(deps)]);
  if (code === noSuchService) return 'no';
  if (code !== 0) return 'unknown';
  const pid = /^\s*pid = ([0-9]+)\s*$/m.exec(stdout)?.[1];
  return Number(pid) === deps.pid ? 'this-process' : 'loaded';
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve);
  });
}

function domainTarget({ uid }: LaunchAgentDeps): string {
  return `gui/${uid}`;
}

function serviceTarget(deps: LaunchAgentDeps): string {
  return `${domainTarget(deps)}/${deps.program.id}`;
}

/** Not /tmp, where anybody can put a link in the way. */
function logPath({ home, program }: LaunchAgentDeps): string {
  return join(home, 'Library/Logs', program.id, 'launchd.log');
}
