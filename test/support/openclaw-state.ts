import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Makes the database in which newer versions of OpenClaw keep their approvals (exec-ipc §4.8). */
export function placeOpenClawDatabase(dir: string, document: object): string {
  mkdirSync(join(dir, 'state'), { recursive: true, mode: 0o700 });
  const path = join(dir, 'state', 'openclaw.sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(
    'CREATE TABLE exec_approvals_config (config_key TEXT PRIMARY KEY, raw_json TEXT, socket_path TEXT)',
  );
  database
    .prepare("INSERT INTO exec_approvals_config (config_key, raw_json) VALUES ('current', ?)")
    .run(`${JSON.stringify(document, null, 2)}\n`);
  database.close();
  return path;
}
