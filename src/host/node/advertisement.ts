import type { Advertisement } from './types.ts';

/** Whether a Gateway would see no difference; order does not matter to it. */
export function sameAdvertisement(a: Advertisement, b: Advertisement): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ caps, commands, permissions }: Advertisement): string {
  const granted = Object.entries(permissions).map(([name, value]) => `${name}=${value}`);
  return JSON.stringify([[...caps].sort(), [...commands].sort(), granted.sort()]);
}
