import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Emulator } from './emulator.ts';
import { json, queryResult } from './fault.ts';
import type { Gateway } from './gateway.ts';
import type { WholeStage } from './whole-stage.ts';

/**
 * Lets the stage's functions reach what they work with: the emulator's API has no host name of its own, and what the
 * keeper asks goes through the proxy, which answers what MiniStack does not know.
 */
export async function connectFunctions(
  emulator: Emulator,
  { ids }: Pick<WholeStage, 'ids'>,
  { url }: Pick<Gateway, 'url'>,
): Promise<void> {
  answerForMissing(emulator);
  const client = emulator.client(LambdaClient);
  for (const [id, more] of Object.entries({
    UploadFunction: { ENDPOINT: url, AWS_ENDPOINT_URL: emulator.url },
    Keeper: { AWS_ENDPOINT_URL: emulator.url },
  })) {
    const FunctionName = ids[id]!;
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, ...more };
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}

/** That the service is healthy, and between which bounds it scales. */
function answerForMissing({ proxy }: Emulator): void {
  proxy.rig({
    action: 'elasticloadbalancing:DescribeTargetHealth',
    do: (call) =>
      queryResult(
        call,
        '<TargetHealthDescriptions><member><Target><Id>10.0.0.4</Id><Port>8080</Port></Target><TargetHealth><State>healthy</State></TargetHealth></member></TargetHealthDescriptions>',
      ),
  });
  proxy.rig({
    action: 'application-autoscaling:DescribeScalableTargets',
    do: json({ ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 4, SuspendedState: {} }] }),
  });
}
