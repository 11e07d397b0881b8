import type { ChangeCause, ResourceChange } from '../aws/cloudformation-changes.ts';

/** What happens to a resource, for a person. */
export interface PlannedChange {
  logicalId: string;
  type: string;
  /** What it is in plain words, from the template: "Load balancer inside the VPC". */
  title: string;
  action: 'add' | 'change' | 'replace' | 'maybe_replace' | 'remove';
  /** It only refers to something else that changes and stays: CloudFormation looks again, and mostly does nothing. */
  follows?: true;
  /** Properties that change, with what makes them: "Cpu (TaskCpu)". */
  causes: string[];
  /** `data`: files or images could be lost. `interruption`: clients notice. */
  risk?: 'data' | 'interruption';
  /** For a risk: what it means. */
  warning?: string;
}

export interface ChangePlan {
  changes: PlannedChange[];
  /** Resources of which only the tags change, as with every new version. */
  retagged: number;
}

/** Types that hold what people cannot make again. Files and their versions; the images that tasks start from. */
const DATA = new Set(['AWS::S3::Bucket', 'AWS::ECR::Repository']);

/** What clients notice when it is replaced or removed. */
const INTERRUPTIONS: Record<string, string> = {
  'AWS::ApiGateway::RestApi': "the endpoint's address changes: clients must be told the new one",
  'AWS::ApiGateway::Stage': 'the endpoint is away for a moment',
  'AWS::ApiGatewayV2::VpcLink': 'the endpoint may be away for some minutes',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'the service is away for some minutes',
  'AWS::EC2::VPC': 'the whole network is replaced; the service is away meanwhile',
  'AWS::EC2::Subnet': 'the network is replaced; the service is away meanwhile',
  'AWS::ECS::Service': 'the service is away for some minutes',
  'AWS::ECS::Cluster': 'the service is away for some minutes',
};

/** @param titles of the resources, by logical id */
export function planChanges(changes: ResourceChange[], titles: ReadonlyMap<string, string>): ChangePlan {
  const plan: ChangePlan = { changes: [], retagged: 0 };
  const followers = findFollowers(changes);
  for (const change of changes) {
    if (isRetag(change)) plan.retagged++;
    else if (followers.has(change)) {
      plan.changes.push({ ...planned({ ...change, replacement: 'no' }, titles), follows: true });
    } else plan.changes.push(planned(change, titles));
  }
  return plan;
}

/**
 * Changes that come only from references to resources that keep their identity. Which these are depends on the others,
 * so all are taken for followers that could be one, and those are struck out that follow something new.
 */
function findFollowers(changes: ResourceChange[]): Set<ResourceChange> {
  const followers = new Set(changes.filter(isFollower));
  for (let before = -1; before !== followers.size; ) {
    before = followers.size;
    const unsure = changes.filter(
      (change) => change.action !== 'modify' || (change.replacement !== 'no' && !followers.has(change)),
    );
    const names = new Set(unsure.map(({ logicalId }) => logicalId));
    for (const follower of followers) {
      if (referencesOf(follower).some(({ entity }) => names.has(rootOf(entity!)))) followers.delete(follower);
    }
  }
  return followers;
}

/** What holds data is never taken lightly. */
function isFollower(change: ResourceChange): boolean {
  const { action, type } = change;
  const references = referencesOf(change);
  return (
    action === 'modify' &&
    !DATA.has(type) &&
    references.length > 0 &&
    references.every(({ entity, source }) => entity !== undefined && /^Resource/.test(source ?? ''))
  );
}

const referencesOf = ({ causes }: ResourceChange) =>
  causes.filter(({ attribute }) => attribute !== 'Tags' && attribute !== 'Metadata');

/** `Keeper.Arn` belongs to `Keeper`. */
const rootOf = (entity: string) => entity.replace(/\..*$/, '');

/** The changes by which data could be lost: those that are never made without a word. */
export function dataRisks(plan: ChangePlan): PlannedChange[] {
  return plan.changes.filter(({ risk }) => risk === 'data');
}

function planned(change: ResourceChange, titles: ReadonlyMap<string, string>): PlannedChange {
  const { logicalId, type } = change;
  const action = actionOf(change);
  const title = titles.get(logicalId) ?? typeInWords(type);
  const result: PlannedChange = { logicalId, type, title, action, causes: causesOf(referencesOf(change)) };
  if (action === 'add' || action === 'change') return result;
  if (DATA.has(type)) {
    result.risk = 'data';
    result.warning = dataWarning(change, action);
  } else if (INTERRUPTIONS[type] !== undefined) {
    result.risk = 'interruption';
    result.warning = INTERRUPTIONS[type];
  }
  return result;
}

function dataWarning({ policy }: ResourceChange, action: PlannedChange['action']): string {
  const kept = /Retain/.test(policy ?? '');
  if (action === 'remove') {
    return kept
      ? 'it stays in the account with its content, but no longer belongs to the stage'
      : 'ITS CONTENT IS DELETED';
  }
  const fate = kept
    ? 'the old one stays in the account, outside the stage'
    : 'THE CONTENT OF THE OLD ONE IS DELETED';
  return `an empty one takes its place; ${fate}`;
}

function actionOf({ action, replacement }: ResourceChange): PlannedChange['action'] {
  if (action === 'add' || action === 'import') return 'add';
  if (action === 'remove') return 'remove';
  return replacement === 'yes' ? 'replace' : replacement === 'maybe' ? 'maybe_replace' : 'change';
}

/** A new version is recorded as a tag of the stack, which CloudFormation hands on to every resource. */
function isRetag({ action, replacement, causes }: ResourceChange): boolean {
  return (
    action === 'modify' &&
    replacement === 'no' &&
    causes.length > 0 &&
    causes.every(({ attribute }) => attribute === 'Tags' || attribute === 'Metadata')
  );
}

function causesOf(causes: ChangeCause[]): string[] {
  const texts = causes.map(({ attribute, property, entity }) => {
    const what = property ?? attribute;
    return entity === undefined ? what : `${what} (${rootOf(entity)})`;
  });
  // The same property is told once for each way that leads to it; the one that names a reason says more.
  const named = new Set(texts.filter((text) => text.includes('(')).map((text) => text.replace(/ \(.*/, '')));
  return [...new Set(texts)].filter((text) => text.includes('(') || !named.has(text));
}

/** `AWS::SQS::Queue` is "SQS Queue". */
export function typeInWords(type: string): string {
  return type.replace(/^AWS::/, '').replaceAll('::', ' ');
}
