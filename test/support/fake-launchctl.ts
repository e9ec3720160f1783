import type { RunTool, ToolResult } from '#host/autostart/types.ts';

/** Which jobs launchd has, and how it answers; tests change it. */
interface FakeLaunchd {
  readonly run: RunTool;
  /** Every call, without the path of the tool: `print gui/501/id`. */
  readonly calls: readonly string[];
  /** Target of a loaded job → pid of its process, null when none runs. */
  readonly jobs: Map<string, number | null>;
  /** Exit codes of the next bootstraps; then 0. */
  readonly bootstrapCodes: (number | null)[];
  /** Files that `plutil` was asked about, and its exit code. */
  readonly lints: string[];
  lintCode: number | null;
  /** Exit code of every print instead of the truth. */
  printCode: number | null | undefined;
}

/** launchd of one user as `launchctl` shows it, and `plutil`. */
export function createFakeLaunchd(): FakeLaunchd {
  const calls: string[] = [];
  const jobs: FakeLaunchd['jobs'] = new Map();
  const answer = (code: number | null, stdout = ''): ToolResult => ({ code, stdout });
  const launchd: FakeLaunchd = {
    calls,
    jobs,
    bootstrapCodes: [],
    lints: [],
    lintCode: 0,
    printCode: undefined,
    run: async ([tool, verb = '', target = '', file = '']) => {
      if (tool === '/usr/bin/plutil' && verb === '-lint') {
        launchd.lints.push(target);
        return answer(launchd.lintCode);
      }
      calls.push([verb, target, file].join(' ').trim());
      if (tool !== '/bin/launchctl') throw new Error(`not launchctl: ${tool}`);
      if (verb === 'print') {
        if (launchd.printCode !== undefined) return answer(launchd.printCode);
        const pid = jobs.get(target);
        if (pid === undefined) return answer(113, 'Could not find service');
        return answer(0, `${target} = {\n\tactive count = 1\n${pid ? `\tpid = ${pid}\n` : ''}}\n`);
      }
      if (verb === 'bootout') jobs.delete(target);
      if (verb === 'bootstrap') {
        const code = launchd.bootstrapCodes.shift() ?? 0;
        const id = file.slice(file.lastIndexOf('/') + 1, -'.plist'.length);
        if (code === 0) jobs.set(`${target}/${id}`, null);
        return answer(code);
      }
      return answer(0);
    },
  };
  return launchd;
}
