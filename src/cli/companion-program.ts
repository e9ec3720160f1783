import { Command, Option } from 'commander';
import { messages } from '#core/messages.ts';
import { version } from '#host/version.ts';
import { companionCommand } from './commands/companion.ts';
import type { CliContext } from './context.ts';
import { parsePort } from './numbers.ts';
import { runProgram } from './program.ts';
import { testDecisions } from './test-aid.ts';

/** `openclaw-companion --headless`: the companion without a window (architecture §5). */

function build(run: (action: (context: CliContext) => Promise<number>) => void): Command {
  return new Command('openclaw-companion')
    .description(messages.cli.help.companion)
    .version(version)
    .option('--headless', messages.cli.help.headless)
    .option('--port <port>', messages.cli.help.gatewayPort, (text) => parsePort(text, '--port', 0))
    .option('--token-file <file>', messages.cli.help.foreignTokenFile)
    .addOption(
      new Option('--decide <decision>', messages.cli.help.decideAll)
        .choices(testDecisions)
        .hideHelp(),
    )
    .action((options) => run((context) => companionCommand(context, options)));
}

export async function runCompanionProgram(): Promise<void> {
  await runProgram(build);
}
