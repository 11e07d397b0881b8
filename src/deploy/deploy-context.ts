import type { Stack } from '../aws/cloudformation.ts';
import type { RegionalConnection } from '../aws/connection.ts';
import type { Identity } from '../aws/identity.ts';
import type { CliContext } from '../context.ts';
import type { Finding } from '../stack/check/finding.ts';
import type { Composed } from '../stack/compose/compose.ts';
import type { Parameters, Wish } from '../stack/deploy-settings.ts';
import type { StandingCost } from './deploy-plan.ts';
import type { DeployView } from './deploy-view.ts';
import type { AskKeeper } from './hold.ts';
import type { ImageNeed, ImageSource } from './image-source.ts';
import type { TrialCheck } from './trial-check.ts';

/** What a person asks of a deployment. */
export interface DeployRequest {
  wishes: ReadonlyMap<string, Wish>;
  /** Show what would be done, and do nothing. */
  dryRun: boolean;
  /** Do not ask, also where data would be lost. */
  yes: boolean;
  allowDowngrade: boolean;
  /** After the smoke test also go the whole acceptance walk. */
  verify: boolean;
}

/** What a deployment is made of; a test hands in smaller ones. */
export interface DeployParts {
  templates(): Promise<Templates>;
  /** What our own rules find about a template with these values of its parameters. */
  judge(composed: Composed, values: Parameters): Promise<Finding[]>;
  image(need: ImageNeed, at: DeployAt): Promise<ImageSource>;
  keeper(functionName: string, at: DeployAt): AskKeeper;
  /** Value of the key that clients use. */
  apiKey(stack: Stack, at: DeployAt): Promise<string>;
  /** Address of the API, with its stage. */
  apiUrl(stack: Stack, at: DeployAt): string;
  /** What `verify --events` sees of the stage. */
  walk(at: DeployAt): Promise<TrialCheck[]>;
  /** Milliseconds for which the trial after a change waits out what passes. Default: that of {@link smokeTest}. */
  patienceMs?: number;
  /** Standing cost of a stage with these parameters. */
  estimate(parameters: Parameters, region: string): Promise<StandingCost | undefined>;
}

/** Templates as CloudFormation takes them. */
export interface Templates {
  /** @param values of its parameters, as far as they are known: names of resources may depend on them */
  app(values: Parameters): Promise<Composed>;
  bootstrap: Composed;
}

/** Where and for whom a deployment works. */
export interface DeployAt {
  connection: RegionalConnection;
  identity: Identity;
  stage: string;
  context: CliContext;
  view: DeployView;
  /** Whether the stage's own stack has begun to change, by this command or before it. */
  begun: boolean;
}
