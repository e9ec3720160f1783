import type { DatabaseSync } from 'node:sqlite';

/** Highest number of a row; 0 where there is none. */
export function newestSeq(database: DatabaseSync): number {
  const newest = database.prepare('SELECT max(seq) AS newest FROM decisions').get()?.newest;
  return typeof newest === 'number' ? newest : 0;
}
