import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Emulator } from './emulator.ts';
import type { Gateway } from './gateway.ts';
import { answerKeeper, type KeeperAccount } from './keeper-account.ts';
import type { WholeStage } from './whole-stage.ts';

/**
 * Lets the stage's functions reach what they work with: the emulator's API has no host name of its own, and the keeper
 * asks for what MiniStack does not do.
 */
export async function connectFunctions(
  emulator: Emulator,
  stage: Pick<WholeStage, 'ids'>,
  { url }: Pick<Gateway, 'url'>,
): Promise<KeeperAccount> {
  const client = emulator.client(LambdaClient);
  const FunctionName = stage.ids.UploadFunction!;
  const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ENDPOINT: url };
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  return await answerKeeper(emulator, stage);
}
