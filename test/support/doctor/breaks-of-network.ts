import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  DeleteListenerCommand,
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Break } from './break.ts';
import type { SickStage } from './sick-stage.ts';

const ec2 = (stage: SickStage) => stage.emulator.client(EC2Client);
const balancing = (stage: SickStage) => stage.emulator.client(ElasticLoadBalancingV2Client);

/** A rule of a firewall is taken away, and put back by the printed line. */
function closed(
  hop: 'link-to-alb' | 'alb-to-task' | 'task-to-endpoints',
  direction: 'egress' | 'ingress',
  group: string,
  port: number,
  peer: string,
): Break {
  const [from, to] = hop.split('-to-');
  return {
    cause: `security-group-${hop}`,
    check: hop === 'task-to-endpoints' ? 'way-out' : 'way-in',
    how: `the ${direction} rule ${from} to ${to}, port ${port}, is taken away`,
    by: 'emulator',
    async make(stage) {
      const GroupId = stage.stage.ids[group]!;
      const { SecurityGroupRules } = await ec2(stage).send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
      );
      const wanted = stage.stage.ids[peer];
      const found = SecurityGroupRules!.filter(
        ({ IsEgress, FromPort, ReferencedGroupInfo }) =>
          IsEgress === (direction === 'egress') &&
          FromPort === port &&
          ReferencedGroupInfo?.GroupId === wanted,
      );
      const SecurityGroupRuleIds = found.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId!);
      const input = { GroupId, SecurityGroupRuleIds };
      if (direction === 'egress') await ec2(stage).send(new RevokeSecurityGroupEgressCommand(input));
      else await ec2(stage).send(new RevokeSecurityGroupIngressCommand(input));
    },
    repair: 'line',
  };
}

function firewallGone(part: 'link' | 'alb' | 'task' | 'endpoints', group: string): Break {
  return {
    cause: `security-group-${part}-deleted`,
    check: 'firewalls',
    how: `the security group of the ${part} is deleted`,
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ec2:DescribeSecurityGroups', (call) =>
        stage.behind.answers.changed(['ec2', 'DescribeSecurityGroups'], call, (body) =>
          withoutItem(body, `<groupId>${stage.stage.ids[group]}</groupId>`),
        ),
      ),
    repair: 'lifted',
  };
}

/** The outermost item of a list that begins with these words is left out. */
function withoutItem(body: string, words: string): string {
  const begin = new RegExp(`<item>(?=\\s*(<ownerId>[^<]*</ownerId>)?\\s*${words})`).exec(body)!.index;
  let depth = 0;
  for (const { 0: tag, index } of body.matchAll(/<\/?item>/g)) {
    if (index < begin) continue;
    depth += tag === '<item>' ? 1 : -1;
    if (depth === 0) return body.slice(0, begin) + body.slice(index + tag.length);
  }
  throw new Error(`no item of ${words}`);
}

/** What the stack says of a parameter. */
function parameter(stage: SickStage, name: string, value: string): void {
  stage.behind.answer('cloudformation:DescribeStacks', (call) =>
    stage.behind.answers.changed(['cloudformation', 'DescribeStacks'], call, (body) =>
      body.replace(
        new RegExp(`(<ParameterKey>${name}</ParameterKey>\\s*<ParameterValue>)[^<]*`),
        `$1${value}`,
      ),
    ),
  );
}

export const CLOSED_TO_TASKS = closed(
  'alb-to-task',
  'ingress',
  'TaskSecurityGroup',
  8080,
  'AlbSecurityGroup',
);

/** Of the link, the firewalls, the load balancer and the endpoints. */
export const BREAKS_OF_NETWORK: Break[] = [
  {
    cause: 'link-deleted',
    check: 'link',
    how: 'the VPC link is deleted',
    by: 'answer',
    make: (stage) => {
      stage.behind.link = undefined;
    },
    repair: 'lifted',
  },
  ...(['inactive', 'failed'] as const).map(
    (state): Break => ({
      cause: `link-${state}`,
      check: 'link',
      how: `the VPC link is ${state.toUpperCase()}`,
      by: 'answer',
      make: (stage) => {
        stage.behind.link = { status: state.toUpperCase(), message: 'No traffic' };
      },
      repair: 'lifted',
    }),
  ),
  {
    cause: 'link-pending',
    check: 'link',
    state: 'notice',
    how: 'the VPC link is PENDING',
    by: 'answer',
    make: (stage) => {
      stage.behind.link = { status: 'PENDING' };
    },
    repair: 'lifted',
  },
  firewallGone('link', 'LinkSecurityGroup'),
  firewallGone('alb', 'AlbSecurityGroup'),
  firewallGone('task', 'TaskSecurityGroup'),
  firewallGone('endpoints', 'EndpointSecurityGroup'),
  closed('link-to-alb', 'egress', 'LinkSecurityGroup', 80, 'AlbSecurityGroup'),
  closed('link-to-alb', 'ingress', 'AlbSecurityGroup', 80, 'LinkSecurityGroup'),
  closed('alb-to-task', 'egress', 'AlbSecurityGroup', 8080, 'TaskSecurityGroup'),
  CLOSED_TO_TASKS,
  closed('task-to-endpoints', 'egress', 'TaskSecurityGroup', 443, 'EndpointSecurityGroup'),
  closed('task-to-endpoints', 'ingress', 'EndpointSecurityGroup', 443, 'TaskSecurityGroup'),
  {
    // The emulator cannot put a rule with a prefix list back.
    cause: 'security-group-task-to-s3',
    check: 'way-out',
    how: 'the egress rule task to S3, port 443, names another prefix list',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ec2:DescribeSecurityGroups', (call) =>
        stage.behind.answers.changed(['ec2', 'DescribeSecurityGroups'], call, (body) =>
          body.replaceAll('pl-6ea54007', 'pl-00000000'),
        ),
      ),
    repair: 'lifted',
  },
  {
    // The network is a private one in truth, so that its tasks may not go out.
    cause: 'security-group-task-to-internet',
    check: 'way-out',
    how: 'the egress rule task to the internet, port 443, is missing in a network with a way out',
    by: 'emulator',
    make: (stage) => parameter(stage, 'NetworkMode', 'public-egress'),
    repair: 'line',
    async lift(stage) {
      const anybody = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
      const input = { GroupId: stage.stage.ids.TaskSecurityGroup!, IpPermissions: [anybody] };
      await ec2(stage).send(new RevokeSecurityGroupEgressCommand(input));
    },
  },
  {
    cause: 'listener',
    check: 'load-balancer',
    how: "the load balancer's listener is deleted",
    by: 'emulator',
    async make(stage) {
      const LoadBalancerArn = stage.stage.outputs.LoadBalancerArn;
      const { Listeners } = await balancing(stage).send(new DescribeListenersCommand({ LoadBalancerArn }));
      for (const { ListenerArn } of Listeners!) {
        await balancing(stage).send(new DeleteListenerCommand({ ListenerArn }));
      }
    },
    repair: 'line',
  },
  {
    cause: 'load-balancer-deleted',
    check: 'load-balancer',
    how: 'the load balancer is deleted',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('elasticloadbalancing:DescribeLoadBalancers', (call) =>
        stage.behind.answers.refusal(['elbv2', 'DescribeLoadBalancers'], call, {
          code: 'LoadBalancerNotFound',
          message: 'One or more load balancers not found',
          status: 400,
        }),
      ),
    repair: 'lifted',
  },
  {
    cause: 'load-balancer-state',
    check: 'load-balancer',
    how: 'the load balancer has failed',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('elasticloadbalancing:DescribeLoadBalancers', (call) =>
        stage.behind.answers.changed(['elbv2', 'DescribeLoadBalancers'], call, (body) =>
          body.replace(/<Code>active</, '<Code>failed<'),
        ),
      ),
    repair: 'lifted',
  },
  {
    cause: 'health-check-path',
    check: 'definition',
    how: 'the health check asks for another path',
    by: 'emulator',
    async make(stage) {
      const TargetGroupArn = stage.stage.outputs.TargetGroupArn;
      const change = { TargetGroupArn, HealthCheckPath: '/healthz' };
      await balancing(stage).send(new ModifyTargetGroupCommand(change));
    },
    repair: 'line',
  },
  {
    cause: 'target-group-deleted',
    check: 'definition',
    how: 'the target group is deleted',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('elasticloadbalancing:DescribeTargetGroups', (call) =>
        stage.behind.answers.refusal(['elbv2', 'DescribeTargetGroups'], call, {
          code: 'TargetGroupNotFound',
          message: 'One or more target groups not found',
          status: 400,
        }),
      ),
    repair: 'lifted',
  },
  {
    cause: 'endpoint-unavailable',
    check: 'endpoints',
    how: 'the endpoint of ECR has failed',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ec2:DescribeVpcEndpoints', (call) =>
        stage.behind.answers.changed(['ec2', 'DescribeVpcEndpoints'], call, (body) =>
          body.replace(/(ecr\.api<[\s\S]*?<state>)\w+</, '$1Failed<'),
        ),
      ),
    repair: 'lifted',
  },
  {
    cause: 'endpoint-private-dns',
    check: 'endpoints',
    how: 'private DNS of the endpoint of the log is off',
    by: 'answer',
    make: (stage) =>
      stage.behind.answer('ec2:DescribeVpcEndpoints', (call) =>
        stage.behind.answers.changed(['ec2', 'DescribeVpcEndpoints'], call, (body) =>
          body.replace(/\.logs<\/serviceName>/, '$&<privateDnsEnabled>false</privateDnsEnabled>'),
        ),
      ),
    repair: 'lifted',
  },
  {
    cause: 'endpoint-missing',
    check: 'endpoints',
    how: 'the endpoint of the log is deleted',
    by: 'emulator',
    async make(stage) {
      const VpcEndpointIds = [stage.stage.ids.LogsEndpoint!];
      await ec2(stage).send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    },
    repair: 'lifted',
    async lift(stage) {
      const made = await ec2(stage).send(
        new CreateVpcEndpointCommand({
          VpcId: stage.stage.outputs.VpcId,
          VpcEndpointType: 'Interface',
          ServiceName: 'com.amazonaws.eu-central-1.logs',
        }),
      );
      stage.stage.ids.LogsEndpoint = made.VpcEndpoint!.VpcEndpointId!;
    },
  },
];
