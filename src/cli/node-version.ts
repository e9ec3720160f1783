import { CompanionError } from '#core/errors.ts';
import { messages } from '#core/messages.ts';
import { processConsole, reportError } from './console.ts';

/** Oldest Node with everything the programs use (`node:sqlite` without a flag). */
const oldest: readonly [number, number] = [22, 13];

export function isNewEnough(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/**
 * Loads and runs a program. An older Node gets a sentence instead: it could not even load the
 * modules, so nothing that needs them may be imported before this.
 */
export async function runOnNewNode(load: () => Promise<void>): Promise<void> {
  const { node } = process.versions;
  if (isNewEnough(node)) return load();
  const { nodeTooOld, nodeTooOldHint: hint } = messages.cli;
  const error = new CompanionError('USAGE', nodeTooOld(node, oldest), { hint });
  process.exitCode = reportError(processConsole, error, false);
}
