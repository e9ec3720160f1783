/**
 * How long a test waits for a condition: ms. A wait ends when that is there; how long it may take
 * says nothing but how busy the machine is.
 */
export const patienceMs = 30_000;
