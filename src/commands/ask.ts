import { Args, Flags } from '@oclif/core';
import { createDispatcher } from '../../server/outbound/dispatcher.ts';
import { ask } from '../ask/ask.ts';
import { chooseModel } from '../ask/model-choice.ts';
import { BaseCommand } from '../base-command.ts';
import { EXIT, usageError } from '../errors.ts';
import { askFooter, askPrinter } from '../render/ask.ts';
import { printable } from '../render/printable.ts';

export default class Ask extends BaseCommand<typeof Ask> {
  static override summary = 'Ask a question; a model looks for the answer in the files.';
  static override description =
    "A model on Amazon Bedrock answers by calling the server's own tools, only those that read. The answer and its sources (the lines that were read) go to stdout, the tool calls to stderr. It needs AWS credentials with access to Bedrock, whatever the target is. If a limit ends the work early, what was found so far is printed and marked as incomplete, and the exit code is 1.";
  static override examples = [
    '<%= config.bin %> ask "Which contracts end this year?" --local',
    '<%= config.bin %> ask "What changed between the two reports?" --folder ./reports --profile work',
    '<%= config.bin %> ask "Who wrote to the harbour office?" --model global.anthropic.claude-haiku-4-5-20251001-v1:0 --json',
  ];
  static override args = { question: Args.string({ description: 'what you want to know', required: true }) };
  static override flags = {
    model: Flags.string({
      description: 'Bedrock model, inference profile or ARN (default: Nova 2 Lite in your region)',
      helpValue: 'ID',
    }),
    'max-steps': Flags.integer({
      description: 'model calls at most',
      helpValue: 'NUMBER',
      default: 20,
      min: 2,
      max: 200,
    }),
    'max-tokens': Flags.integer({
      description: 'tokens at most, input and output of all calls together',
      helpValue: 'NUMBER',
      default: 200_000,
      min: 1000,
    }),
  };

  protected async execute(): Promise<object> {
    const { io, env, signal } = this.context;
    const question = this.args.question.trim();
    if (question === '')
      throw usageError('the question is empty', ['ask something: mcp-s3 ask "What is in the reports?"']);
    const { profile, region, file } = this.settings;
    const connection = { profile, region, env, dispatcher: createDispatcher(env, false) };
    const printer = askPrinter(io);
    try {
      const named = { flag: this.flags.model, env: env.MCP_S3_MODEL, file: file.model };
      // Before the target is opened: a folder that is named becomes the stage's bucket.
      const { model, from } = await chooseModel(named, connection, signal);
      const target = await this.openTarget();
      io.note(`Asking ${printable(model)} (${from}) about ${target.describe()}.`);
      const { openSession } = await import('../ask/open-session.ts');
      const service = await target.connection();
      const session = await openSession({
        model,
        connection,
        service,
        context: this.context,
        maxTokens: this.flags['max-tokens'],
      });
      try {
        let open = 0;
        const result = await ask(question, {
          ...session,
          maxSteps: this.flags['max-steps'],
          signal,
          onTurn: () => printer.waiting('Waiting for the model'),
          onText: printer.text,
          onReply: (calls) => {
            open = calls;
            if (calls > 0) printer.waiting('Looking into the files');
          },
          onCall: (call) => printer.call(call, --open > 0 ? 'Looking into the files' : undefined),
        });
        if (!this.json) await printer.finish(result);
        io.note(askFooter(result, model));
        if (!result.complete) this.exitCode = EXIT.failed;
        return { ...result, model };
      } finally {
        await session.close();
      }
    } finally {
      await printer.stop();
      await connection.dispatcher.destroy();
    }
  }
}
