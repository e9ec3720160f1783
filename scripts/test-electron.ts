/** `npm run test:electron`: says plainly that there is nothing to run yet. */
console.log(
  'NOT RUN: the desktop shell is not part of this version, so there is no Electron suite.',
);
