import { release } from 'node:os';
import { safe } from '#core/quoted.ts';
import type { StateDir } from '#host/store/state-dir.ts';
import { version } from '#host/version.ts';
import type { Output } from '#ipc/contract.ts';
import type { Handlers } from '#ipc/router.ts';
import { flavourOf } from '../flavour.ts';
import type { OpenLink } from '../links.ts';
import type { RunningApp } from '../login-item/program-at-login.ts';

export interface AboutHandlersDeps {
  readonly app: Pick<RunningApp, 'isPackaged' | 'name' | 'platform'>;
  /** `process.versions`. */
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly stateDir: Pick<StateDir, 'root'>;
  readonly openLink: OpenLink;
}

const systems: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'macOS (Darwin)',
  linux: 'Linux',
};

/** What runs here, for the page and for a bundle of logs. */
export function aboutThis({
  app,
  versions,
  stateDir,
}: Omit<AboutHandlersDeps, 'openLink'>): Output<'about.get'> {
  const { name, bundleId } = flavourOf(app);
  const parts = [
    ['Electron', versions.electron],
    ['Chromium', versions.chrome],
    ['Node.js', versions.node],
    [systems[app.platform] ?? app.platform, release()],
  ] as const;
  return {
    name,
    version,
    bundleId,
    runtime: parts.flatMap(([part, known]) =>
      known === undefined ? [] : [{ name: part, version: safe(known) }],
    ),
    stateDir: safe(stateDir.root),
    licence: 'MIT',
  };
}

export function aboutHandlers(deps: AboutHandlersDeps): Pick<Handlers, 'about.get' | 'links.open'> {
  return {
    'about.get': () => aboutThis(deps),
    'links.open': ({ link }) => deps.openLink(link),
  };
}
