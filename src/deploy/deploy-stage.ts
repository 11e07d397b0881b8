import { whoAmI } from '../aws/identity.ts';
import type { CliContext } from '../context.ts';
import { CliError, EXIT, InterruptedError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { connectAws } from '../targets/aws/connect.ts';
import { placeFlags } from '../targets/aws/deployed-stack.ts';
import { deploy } from './deploy.ts';
import type { DeployAt, DeployParts, DeployRequest } from './deploy-context.ts';
import type { Place } from './deploy-plan.ts';
import type { DeployResult } from './deploy-result.ts';
import type { DeployView } from './deploy-view.ts';
import { productParts } from './product-parts.ts';
import { unconfirmedMail } from './unconfirmed-mail.ts';

export interface Deployed {
  result: DeployResult;
  /** Of a stage that stands; for a person's eyes. Undefined where it could not be read. */
  apiKey: string | undefined;
}

/** Deploys a stage into the account and region that the settings choose, which are said first. */
export async function deployStage(
  settings: Settings,
  context: CliContext,
  request: DeployRequest,
  view: DeployView,
  parts: DeployParts = productParts(),
): Promise<Deployed> {
  const { stage } = settings;
  const connection = await connectAws(settings, context);
  try {
    const identity = await whoAmI(connection, context.signal);
    const place: Place = {
      stage,
      account: identity.account,
      region: connection.region,
      identity: identity.arn,
      ...(connection.profile === undefined ? {} : { profile: connection.profile }),
    };
    view.place(place);
    const at: DeployAt = { connection, identity, stage, context, view, begun: false };
    const { result, stack } = await deploy(at, place, request, parts).catch((error) => {
      throw isInterruption(error, context.signal) ? interruption(at) : error;
    });
    if (result.result !== 'planned' && result.confirmEmail === undefined) {
      const asked = { topic: stack?.outputs.TopicArn, address: result.settings.email };
      const waiting = await unconfirmedMail(connection, asked, context.signal);
      if (waiting !== undefined) result.confirmEmail = waiting;
    }
    // Only somebody who looks at it is shown the key.
    const watched = !context.io.json && context.io.stdout.isTTY;
    const apiKey =
      watched && stack !== undefined && result.result !== 'unchanged'
        ? await parts.apiKey(stack, at).catch(() => undefined)
        : undefined;
    return { result, apiKey };
  } finally {
    await connection.dispatcher.close();
  }
}

/** Also what the prompt throws, which is an error of Node's own. What goes on in AWS has told so by itself. */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error instanceof InterruptedError || !(error instanceof CliError));
}

/** Ctrl-C at a moment when nothing goes on without this command. */
function interruption({ begun, stage, connection }: DeployAt): CliError {
  const message = begun
    ? `interrupted: the stack of stage ${stage} stands, and its trial was not finished`
    : `interrupted before the stack of stage ${stage} was changed`;
  return new CliError(EXIT.interrupted, 'interrupted', message, {
    suggestions: [`go on: mcp-s3 deploy ${placeFlags(stage, connection)}`],
  });
}
