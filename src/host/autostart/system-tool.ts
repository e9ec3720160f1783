import { execFile } from 'node:child_process';
import type { RunTool } from './types.ts';

const limitMs = 10_000;
const maxOutputBytes = 1024 * 1024;

/** Runs a tool by its absolute path with nothing of our environment. */
export const runSystemTool: RunTool = ([file, ...args]) =>
  new Promise((resolve) => {
    const options = { timeout: limitMs, maxBuffer: maxOutputBytes, env: { LC_ALL: 'C' } };
    execFile(file, args, { ...options, encoding: 'utf8' }, (error, stdout) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === 'number' ? code : null, stdout });
    });
  });
