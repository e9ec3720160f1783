import { type Command, Option } from 'commander';
import { messages } from '#core/messages.ts';
import { askSchema, securitySchema } from '#protocol/approvals-document.ts';
import {
  addRuleCommand,
  confirmPolicyCommand,
  editRuleCommand,
  expireRuleCommand,
  importPolicyCommand,
  inherit,
  removeRulesCommand,
  setPolicyCommand,
} from './commands/policy-edit.ts';
import { explainCommand, exportPolicyCommand, listPolicyCommand } from './commands/policy-look.ts';
import type { CliContext } from './context.ts';

type Run = (action: (context: CliContext) => Promise<number>) => void;

const { help } = messages.cli.policy;

/** `openclaw-mac policy …`: looks at what may run without a question, explains it, changes it. */
export function addPolicyCommands(program: Command, run: Run): void {
  const policy = program.command('policy').enablePositionalOptions().description(help.policy);
  addLooking(policy, run);
  addRules(policy, run);
  addSettings(policy, run);
  policy
    .command('import <file>')
    .description(help.import)
    .action((file) => run((context) => importPolicyCommand(context, file)));
  policy
    .command('confirm')
    .description(help.confirm)
    .action(() => run(confirmPolicyCommand));
}

function addLooking(policy: Command, run: Run): void {
  policy
    .command('explain')
    .description(help.explain)
    .argument('<argv...>', help.explainArgv)
    .passThroughOptions()
    .option('--agent <id>', help.agent)
    .option('--cwd <dir>', help.cwd)
    .option('--env <assignment>', help.env, collect)
    .action((argv, options) => run((context) => explainCommand(context, argv, options)));
  policy
    .command('list')
    .description(help.list)
    .option('--agent <id>', help.listAgent)
    .action((options) => run((context) => listPolicyCommand(context, options)));
  policy
    .command('export')
    .description(help.export)
    .argument('[file]', help.exportFile)
    .action((file) => run((context) => exportPolicyCommand(context, file)));
}

function addRules(policy: Command, run: Run): void {
  policy
    .command('add')
    .description(help.add)
    .argument('<pattern>', help.pattern)
    .argument('[args...]', help.exactArgs)
    .option('--agent <id>', help.addAgent, 'main')
    .option('--args <regex>', help.args)
    .option('--exact', help.exact)
    .option('--cwd <dir>', help.addCwd)
    .option('--expires <when>', help.expires)
    .action((pattern, args, options) =>
      run((context) => addRuleCommand(context, pattern, args, options)),
    );
  policy
    .command('edit')
    .description(help.edit)
    .argument('<id>', help.ruleId)
    .argument('[args...]', help.exactArgs)
    .option('--program <pattern>', help.program)
    .option('--agent <id>', help.editAgent)
    .option('--args <regex>', help.args)
    .option('--exact', help.exact)
    .addOption(new Option('--any-args', help.anyArgs).conflicts(['args', 'exact']))
    .option('--cwd <dir>', help.addCwd)
    .addOption(new Option('--any-folder', help.anyFolder).conflicts('cwd'))
    .option('--expires <when>', help.expires)
    .addOption(new Option('--never', help.expireNever).conflicts('expires'))
    .action((id, args, options) => run((context) => editRuleCommand(context, id, args, options)));
  policy
    .command('remove')
    .description(help.remove)
    .argument('<id...>', help.ruleId)
    .action((ids) => run((context) => removeRulesCommand(context, ids)));
  policy
    .command('expire')
    .description(help.expire)
    .argument('<id>', help.ruleId)
    .option('--for <when>', help.expireFor)
    .option('--never', help.expireNever)
    .action((id, options) => run((context) => expireRuleCommand(context, id, options)));
}

function addSettings(policy: Command, run: Run): void {
  const choice = (flag: string, text: string, values: readonly string[]) =>
    new Option(`${flag} <value>`, text).choices([...values, inherit]);
  policy
    .command('set-default')
    .description(help.setDefault)
    .option('--agent <id>', help.setAgent)
    .addOption(choice('--security', help.security, securitySchema.options))
    .addOption(choice('--ask', help.ask, askSchema.options))
    .addOption(choice('--ask-fallback', help.askFallback, securitySchema.options))
    .addOption(choice('--auto-allow-skills', help.skills, ['on', 'off']))
    .action((options) => run((context) => setPolicyCommand(context, options)));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
