import { describe, expect, it } from 'vitest';
import { createAttackBench } from '#support/attack-bench.ts';
import { allowAlways } from '#support/exec-host.ts';

const carriers = [
  ...['sh', 'bash', 'zsh', 'dash', 'ksh', 'fish', 'env', 'busybox', 'toybox', 'node', 'nodejs'],
  ...['python', 'python3', 'python3.12', 'osascript', 'ssh', 'sudo', 'doas', 'xargs', 'find'],
  ...['perl', 'ruby', 'php', 'lua', 'awk', 'gawk', 'sed', 'make', 'npm', 'npx', 'pnpm', 'yarn'],
  ...['bun', 'bunx', 'deno', 'nice', 'nohup', 'timeout', 'time', 'script', 'setsid', 'stdbuf'],
  ...['flock', 'ionice', 'chrt', 'taskset', 'caffeinate', 'arch', 'sandbox-exec', 'xcrun'],
] as const;

describe('S7: "always" never grants a carrier', () => {
  it.each(carriers)('%s: no rule allows it, none is offered, nothing runs', async (name) => {
    const bench = createAttackBench(carriers, (bin) => [
      { pattern: `${bin}/${name}` },
      { pattern: `${bin}/*` },
      { pattern: name },
      { pattern: '*' },
    ]);
    for (const argv of [[name], [name, 'x'], [`${bench.bin}/${name}`, '-c', bench.payload]]) {
      expect(await bench.attack(argv)).toMatchObject({
        asked: true,
        offersAlways: false,
        ran: false,
      });
    }
  });

  it('an answer "always" that was not offered stores nothing and runs nothing', async () => {
    const bench = createAttackBench(['zsh'], () => []);
    bench.desk.answerWith(() => allowAlways);
    expect(await bench.attack(['zsh', '-lc', bench.payload])).toMatchObject({ ran: false });
    expect(bench.store.rules).toEqual([]);
  });

  it('"always" on a shell text stores its payload, never the shell, and stays with it', async () => {
    const bench = createAttackBench(['whoami'], () => []);
    bench.desk.answerWith(() => allowAlways);
    await bench.attack(['/bin/sh', '-lc', 'whoami']);
    expect(bench.store.rules).toMatchObject([{ pattern: `${bench.bin}/whoami`, cwd: bench.cwd }]);
    bench.desk.answerWith(() => ({ kind: 'expired' }));
    expect(await bench.attack(['/bin/sh', '-lc', 'whoami'])).toMatchObject({ asked: false });
    for (const text of ['id', 'whoami x', 'whoami; id', 'whoami && id', '"$(whoami)"']) {
      expect(await bench.attack(['/bin/sh', '-lc', text])).toMatchObject({ asked: true });
    }
  });
});
