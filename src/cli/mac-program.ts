import { Command, InvalidArgumentError, Option } from 'commander';
import { messages } from '#core/messages.ts';
import { version } from '#host/version.ts';
import { maxAuditRows } from '#protocol/control-socket.ts';
import { listPaused, resumeAgent } from './commands/approval-pauses.ts';
import { decideApproval, listApprovals, showApproval } from './commands/approvals.ts';
import { auditCommand } from './commands/audit.ts';
import { invokeCommand } from './commands/invoke.ts';
import { nodeRunCommand } from './commands/node-run.ts';
import { runCommand } from './commands/run.ts';
import { pauseCommand, resumeCommand } from './commands/standstill.ts';
import { statusCommand } from './commands/status.ts';
import type { CliContext } from './context.ts';
import { parsePort, parseWholeNumber } from './numbers.ts';
import { longestWaitMs } from './operator.ts';
import { addPolicyCommands } from './policy-program.ts';
import { runProgram } from './program.ts';

/** `openclaw-mac`: the node host and the debug CLI (architecture §5). */

const port = (text: string) => parsePort(text, '--port', 1);

/** Parses an option's whole number, from 1 to `most`. */
function numberUpTo(most: number): (text: string) => number {
  return (text) => {
    const value = parseWholeNumber(text);
    if (value === null) throw new InvalidArgumentError(messages.cli.wholeNumber);
    if (value > most) throw new InvalidArgumentError(messages.cli.tooLarge(most));
    return value;
  };
}

const milliseconds = numberUpTo(longestWaitMs);

/** Options of every command that talks to a Gateway. A secret has no option on purpose (S30). */
function gatewayOptions(command: Command): Command {
  return command
    .option('--host <host>', messages.cli.help.host)
    .option('--port <port>', messages.cli.help.port, port)
    .option('--token-file <file>', messages.cli.help.tokenFile);
}

function build(run: (action: (context: CliContext) => Promise<number>) => void): Command {
  const program = new Command('openclaw-mac')
    .enablePositionalOptions()
    .description(messages.cli.help.program)
    .version(version)
    .option('--state-dir <dir>', messages.cli.help.stateDir)
    .option('--json', messages.cli.help.json);

  gatewayOptions(program.command('run').description(messages.cli.help.run))
    .argument('<argv...>', messages.cli.help.argv)
    .passThroughOptions()
    .option('--node <node>', messages.cli.help.node)
    .option('--cwd <dir>', messages.cli.help.cwd)
    .option('--agent <id>', messages.cli.help.agent)
    .option('--timeout <ms>', messages.cli.help.timeout, milliseconds)
    .option('--wait <ms>', messages.cli.help.wait, milliseconds)
    .action((argv, options) => run((context) => runCommand(context, argv, options)));

  gatewayOptions(program.command('invoke').description(messages.cli.help.invoke))
    .requiredOption('--node <node>', messages.cli.help.node)
    .requiredOption('--command <command>', messages.cli.help.nodeCommand)
    .option('--params <json>', messages.cli.help.params, '{}')
    .option('--timeout <ms>', messages.cli.help.invokeTimeout, milliseconds)
    .action((options) => run((context) => invokeCommand(context, options)));

  program
    .command('status')
    .description(messages.cli.help.status)
    .action(() => run(statusCommand));

  const approvals = program.command('approvals').description(messages.cli.help.approvals);
  approvals
    .command('list')
    .description(messages.cli.help.approvalsList)
    .action(() => run(listApprovals));
  approvals
    .command('show <id>')
    .description(messages.cli.help.approvalsShow)
    .action((id) => run((context) => showApproval(context, id)));
  for (const decision of ['allow-once', 'allow-always', 'deny'] as const) {
    const command = approvals
      .command(`${decision} <id>`)
      .description(messages.cli.help.decide[decision])
      .addOption(new Option('--note <text>', messages.cli.help.note));
    if (decision === 'deny') command.option('--pause [span]', messages.cli.help.pause);
    command.action((id, options) =>
      run((context) => decideApproval(context, id, decision, options)),
    );
  }
  approvals
    .command('paused')
    .description(messages.cli.help.paused)
    .action(() => run(listPaused));
  approvals
    .command('resume <agent>')
    .description(messages.cli.help.resume)
    .action((agent) => run((context) => resumeAgent(context, agent)));

  program
    .command('pause')
    .description(messages.cli.help.pauseAll)
    .option('--for <span>', messages.cli.help.pauseFor)
    .action((options) => run((context) => pauseCommand(context, options)));
  program
    .command('resume')
    .description(messages.cli.help.resumeAll)
    .action(() => run(resumeCommand));

  addPolicyCommands(program, run);

  program
    .command('audit')
    .description(messages.cli.help.audit)
    .option('--since <when>', messages.cli.help.since)
    .option('--limit <rows>', messages.cli.help.limit, numberUpTo(maxAuditRows), 200)
    .action((options) => run((context) => auditCommand(context, options)));

  const node = program.command('node').description(messages.cli.help.nodeHost);
  gatewayOptions(node.command('run').description(messages.cli.help.nodeRun))
    .option('--companion-socket <path>', messages.cli.help.companionSocket)
    .option('--companion-token-file <file>', messages.cli.help.companionTokenFile)
    .option('--display-name <name>', messages.cli.help.displayName)
    .option('--allow-local-exec', messages.cli.help.allowLocalExec)
    .action((options) => run((context) => nodeRunCommand(context, options)));

  return program;
}

export async function runMacProgram(): Promise<void> {
  await runProgram(build);
}
