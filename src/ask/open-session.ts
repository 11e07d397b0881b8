import { randomBytes } from 'node:crypto';
import { dispatcherFor } from '../../server/outbound/dispatcher.ts';
import { BedrockChat } from '../aws/bedrock.ts';
import type { AwsConnection } from '../aws/connection.ts';
import type { CliContext } from '../context.ts';
import { connectMcp } from '../service/mcp-client.ts';
import type { Connection } from '../targets/target.ts';
import type { AskOptions } from './ask.ts';
import { TokenBudget } from './budget.ts';
import { systemPrompt } from './prompt.ts';
import { callTool, readOnlyTools } from './tools.ts';

export interface SessionOptions {
  model: string;
  connection: AwsConnection;
  service: Connection;
  context: CliContext;
  /** Most tokens of the whole question. */
  maxTokens: number;
}

export interface Session extends Pick<AskOptions, 'chat' | 'call' | 'mark' | 'budget'> {
  close(): Promise<void>;
}

/** Connects the model with the service's tools. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { model, connection, service, context, maxTokens } = options;
  const { env, version, signal } = context;
  const dispatcher = dispatcherFor(service.url, env);
  try {
    const client = await connectMcp({ ...service, dispatcher, version }, signal);
    const tools = await readOnlyTools(client, signal);
    const mark = `data-${randomBytes(6).toString('hex')}`;
    const system = systemPrompt(mark, client.getInstructions());
    const chat = new BedrockChat({ ...connection, model, system, tools });
    return {
      chat,
      mark,
      call: (name, input) => callTool(client, name, input, signal),
      budget: new TokenBudget(maxTokens, system.length + JSON.stringify(tools).length),
      async close() {
        chat.close();
        await client.close();
        await dispatcher.destroy();
      },
    };
  } catch (error) {
    await dispatcher.destroy();
    throw error;
  }
}
