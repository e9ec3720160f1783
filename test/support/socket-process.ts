import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { execToken } from './exec-socket.ts';

export interface SocketProcess {
  readonly pid: number;
  /** `done`, or the code of the CompanionError. */
  tell(
    operation: 'start' | 'stop',
  ): Promise<{ readonly outcome: string; readonly message?: string }>;
  /** SIGKILL: no handler of ours runs. */
  kill(): Promise<void>;
}

/** Runs `exec-socket-child.ts` in `dir`. */
export async function socketProcess(dir: string): Promise<SocketProcess> {
  const child = fork(join(import.meta.dirname, 'exec-socket-child.ts'), [dir, execToken], {
    execArgv: [],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return {
    pid: child.pid ?? 0,
    async tell(operation) {
      const answer = once(child, 'message');
      child.send(operation);
      const [message] = await answer;
      return message as { outcome: string };
    },
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
