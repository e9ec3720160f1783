/** Release and development copies live side by side: nothing of theirs may collide (D1). */
export interface Flavour {
  /** Also the label of the LaunchAgent and the name of the autostart file. */
  readonly bundleId: string;
  /** As the system lists it. */
  readonly name: string;
  /** Folder of Chromium's own files inside the state directory; the instance lock belongs to it. */
  readonly userData: string;
}

const release: Flavour = {
  bundleId: 'ai.openclaw.companion',
  name: 'OpenClaw Companion',
  userData: 'desktop',
};

const debug: Flavour = {
  bundleId: `${release.bundleId}.debug`,
  name: `${release.name} (debug)`,
  userData: `${release.userData}-debug`,
};

/** Of a copy: Electron's `app`, or what was read from it. */
interface Copy {
  readonly isPackaged: boolean;
  /** As its package.json says, which electron-builder.yml and electron-builder.debug.yml fill in. */
  readonly name?: string;
}

/** Whatever was not packaged is a development copy; what was says it by its name. */
export function flavourOf({ isPackaged, name }: Copy): Flavour {
  return isPackaged && name !== debug.name ? release : debug;
}
