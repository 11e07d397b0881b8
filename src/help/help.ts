import { type Command, Help } from '@oclif/core';
import { TaskHelp } from './command-help.ts';
import { GROUPS } from './groups.ts';
import { unknownCommand } from './unknown-command.ts';

/** What `--help` prints: the root help by tasks, and each command's. */
export default class TasksHelp extends Help {
  protected override CommandHelpClass = TaskHelp;

  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !word.startsWith('-') && word !== 'help');
    const known = (id: string) =>
      this.config.findCommand(id) !== undefined || this.config.findTopic(id) !== undefined;
    if (words[0] !== undefined && !known(words[0])) throw unknownCommand(words[0], this.config);
    await super.showHelp(argv);
  }

  protected override async showRootHelp(): Promise<void> {
    this.log(this.formatRoot());
  }

  override formatRoot(): string {
    const { bin } = this.config;
    return [
      this.wrap(
        `${bin} gives AI models safe, fast access to the text files in an S3 bucket: they list, read, search and summarize them through an MCP server, on this machine or in your AWS account.`,
      ),
      this.section('USAGE', `$ ${bin} COMMAND [FLAGS]`),
      ...this.groups().map(({ title, rows }) =>
        this.section(title, this.renderList(rows, { indentation: 2, spacer: '\n' })),
      ),
      this.section(
        'TARGET',
        this.renderList(
          [
            ['(nothing)', 'a deployment in your AWS account, as --profile and --region choose it'],
            ['--local', 'this machine: a folder is the bucket; no account, no network'],
            ['--endpoint URL', 'a service that somebody gave you; its key is read from MCP_S3_API_KEY'],
          ],
          { indentation: 2, spacer: '\n' },
        ),
      ),
      this.section(
        'EXAMPLES',
        [
          `$ ${bin} dev ./notes`,
          `$ ${bin} summarize report.txt --upload --local`,
          `$ ${bin} deploy --dry-run`,
          `$ ${bin} summarize --help`,
        ].join('\n'),
      ),
    ].join('\n\n');
  }

  /** Every command once, also one that no group names; a topic without a command of its own by its description. */
  private groups(): { title: string; rows: [string, string | undefined][] }[] {
    const summaries = new Map<string, string>();
    for (const { name, description } of this.sortedTopics) summaries.set(name, titleOf(description));
    for (const { id, summary } of this.sortedCommands) summaries.set(id, titleOf(summary));
    for (const id of summaries.keys()) if (/[: ]/.test(id)) summaries.delete(id);
    const groups = GROUPS.map(({ title, commands }) => ({
      title,
      rows: commands
        .filter((id) => summaries.has(id))
        .map((id): [string, string | undefined] => {
          const summary = summaries.get(id);
          summaries.delete(id);
          return [id, summary];
        }),
    }));
    return [...groups, { title: 'MORE', rows: [...summaries] }].filter(({ rows }) => rows.length > 0);
  }

  /** The description stands at once below the summary, before the lists. */
  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    const description = this.render(command.description ?? '').trim();
    this.log(`${command.summary ?? ''}\n${description === '' ? '' : `\n${this.wrap(description)}\n`}`);
    this.log(this.formatCommand(command));
    const below = this.sortedCommands.filter(({ id }) =>
      [' ', ':'].some((separator) => id.startsWith(`${command.id}${separator}`)),
    );
    if (below.length > 0) this.log(`\n${this.formatCommands(below)}`);
  }
}

function titleOf(sentence = ''): string {
  return sentence.replace(/\.$/, '');
}
