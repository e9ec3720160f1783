import { describe, expect, it } from 'vitest';
import { createAttackBench } from '#support/attack-bench.ts';

/** PAYLOAD leaves the canary; only `echo` is allowed. */
const texts = [
  'echo x | node',
  'echo x | PAYLOAD',
  'echo x;PAYLOAD',
  'echo x; PAYLOAD',
  'echo x&&PAYLOAD',
  'echo x && PAYLOAD',
  'echo x || PAYLOAD',
  'PAYLOAD; echo x',
  'PAYLOAD | echo x',
  'echo x & PAYLOAD',
  'echo x |& PAYLOAD',
  'echo x\nPAYLOAD',
  'echo x\r\nPAYLOAD',
  'echo x\rPAYLOAD',
  'echo "$(PAYLOAD)"',
  'echo $(PAYLOAD)',
  'echo `PAYLOAD`',
  'echo "`PAYLOAD`"',
  'echo x\\\nPAYLOAD',
  'ec\\\nho x; PAYLOAD',
  'ec\\\nho $\\\n(PAYLOAD)',
  'echo <(PAYLOAD)',
  'echo >(PAYLOAD)',
  'echo \u0024{x:-$(PAYLOAD)}',
  'echo $((`PAYLOAD`))',
  'echo x <<E\n$(PAYLOAD)\nE',
  'echo x <<<"$(PAYLOAD)"',
  'cat <<E | sh\nPAYLOAD\nE',
  'echo x >~/.zshrc',
  'echo x > canary-file',
  'echo x >> canary-file',
  'echo x 2> canary-file',
  'echo x >| canary-file',
  'echo x &> canary-file',
  'echo x >& canary-file',
  'echo x <> canary-file',
  '{PAYLOAD,}',
  '{ PAYLOAD; }',
  '(PAYLOAD)',
  '! PAYLOAD',
  "echo $'\\x69d'",
  "$'echo' x",
  'A=1 echo x',
  'PATH=. echo x',
  'echo() { PAYLOAD; }; echo',
  'function echo { PAYLOAD; }; echo',
  'alias echo=PAYLOAD; echo',
  'if true; then PAYLOAD; fi',
  'for i in 1; do PAYLOAD; done',
  'while PAYLOAD; do echo; done',
  'case x in x) PAYLOAD;; esac',
  'coproc PAYLOAD',
  'trap PAYLOAD EXIT; echo x',
  'echo x # ; PAYLOAD',
  'echo "unterminated',
  "echo 'unterminated",
  'echo x &&',
  '; echo x',
  'echo x\0PAYLOAD',
  'echo *',
  'echo ~',
  'echo $HOME',
  'echo !!',
  'echo x\u00a0; PAYLOAD',
  'е\u0441ho x',
  '[[ -n $(PAYLOAD) ]]',
  '(( $(PAYLOAD) ))',
  'exec echo x',
  'cd / && PAYLOAD',
  'cd /; echo x',
  'cd $HOME && echo x',
];

describe('S9: with only echo allowed, everything that is more than echo asks', () => {
  it.each(texts)('%j', async (text) => {
    for (const shell of [
      ['/bin/sh', '-c'],
      ['/bin/sh', '-lc'],
      ['/bin/bash', '-lc'],
    ]) {
      const bench = createAttackBench([], () => [{ pattern: '/usr/bin/echo' }]);
      const result = await bench.attack([...shell, text.replaceAll('PAYLOAD', bench.payload)]);
      expect(result.ran).toBe(false);
      // A NUL cannot reach a kernel: refused before anybody is asked.
      expect(result.asked || result.reason === 'invalid').toBe(true);
    }
  });

  it('echo itself runs, and so do lists of nothing but echo', async () => {
    const bench = createAttackBench([], () => [{ pattern: '/usr/bin/echo' }]);
    for (const text of ['echo x', "echo 'a; b' && echo c | echo d", 'echo x 2>&1 >/dev/null']) {
      expect(await bench.attack(['/bin/sh', '-lc', text])).toMatchObject({
        asked: false,
        reason: null,
      });
    }
  });
});
