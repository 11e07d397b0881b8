import { summarizeInput } from '../../summaries/request-schema.ts';
import type { SummaryEvent } from '../../summaries/service.ts';
import { defineTool, READ_ONLY, type ToolContext } from '../tool.ts';

export const summarizeFile = defineTool({
  name: 'summarize_file',
  title: 'Summarize a file',
  description:
    'Writes a summary of one text file of any size, without the file passing through your context: use it to learn ' +
    'what a long file says before you read parts of it. Summaries are cached, so asking again costs nothing. ' +
    'Give `focus` when you look for something in particular.',
  input: summarizeInput,
  annotations: READ_ONLY,
  slow: true,
  async run(args, context) {
    const { summaries, signal, note } = context;
    note({ file_key: args.file_key });
    const answer = await summaries.summarize(
      {
        key: args.file_key,
        style: args.style,
        maxWords: args.max_words,
        focus: args.focus,
        model: args.model,
        refresh: args.refresh,
      },
      {
        signal,
        onEvent: progressOf(context),
        onModelTime: (model_ms) => note({ model_ms }),
      },
    );
    const { model, cached, usage } = answer;
    note({ cached, model, input_tokens: usage.input_tokens, output_tokens: usage.output_tokens });
    const covered = answer.coverage < 1 ? `, from ${Math.floor(answer.coverage * 100)}% of the file` : '';
    return {
      text: answer.summary,
      note: `Summary of ${JSON.stringify(args.file_key)} by ${model}${covered}.`,
    };
  },
});

/** Characters are counted, bytes are known; unpacked text can have more of the one than of the other. */
function progressOf({ onProgress }: ToolContext): (event: SummaryEvent) => void {
  return (event) => {
    if (event.type !== 'progress') return;
    const { characters, size } = event;
    onProgress?.({
      done: characters,
      total: Math.max(size, characters),
      message: `${characters} characters read`,
    });
  };
}
