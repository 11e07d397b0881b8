import { randomBytes, randomUUID } from 'node:crypto';
import type { AwsCall } from '../aws/aws-call.ts';
import type { Emulator } from '../aws/emulator.ts';
import type { Answer } from '../aws/fault.ts';
import type { WholeStage } from '../aws/whole-stage.ts';
import { Answers } from './answers.ts';

/** A task that ended, as ECS keeps it for an hour. */
export interface Ended {
  reason: string;
  /** Of its container. */
  exitCode?: number;
  containerReason?: string;
  /** Seconds ago. */
  ago?: number;
  /** Of the deployment before, not of the newest. */
  old?: boolean;
}

/** What ECS says of the service, where it says another thing than the emulator. */
export interface ServiceState {
  running?: number;
  desired?: number;
  pending?: number;
  rollout?: string;
  /** Seconds ago. */
  deployed?: number;
  /** Messages with the seconds since, the newest first. */
  events?: [ago: number, message: string][];
  tags?: Record<string, string>;
}

type Rule = { action: string | RegExp; do: (call: AwsCall) => Promise<Answer> | Answer | 'cut' | undefined };

/** The parts of an account that the emulator lacks: as they are when all is well, until a test changes one. */
export class AwsBehind {
  readonly answers: Answers;
  link: { status: string; message?: string } | undefined;
  targets: { state: string; reason?: string; description?: string }[] = [];
  service: ServiceState = {};
  ended: Ended[] = [];
  used = 0;
  drifted: { id: string; status: string; paths: string[] }[] = [];
  driftFailed: string | undefined;
  /** Status of an answer of the service through its endpoint. */
  health: number | 'cut' = 200;
  accountRole: string | undefined;
  /** Further rules, the newest first. */
  private rules: Rule[] = [];
  private readonly emulator: Emulator;
  private readonly stage: WholeStage;

  constructor(emulator: Emulator, stage: WholeStage) {
    this.emulator = emulator;
    this.stage = stage;
    this.answers = new Answers(emulator);
    this.heal();
  }

  /** All is well again. */
  heal(): void {
    this.link = { status: 'AVAILABLE' };
    this.targets = [{ state: 'healthy' }];
    this.service = {};
    this.ended = [];
    this.used = 17;
    this.drifted = [];
    this.driftFailed = undefined;
    this.health = 200;
    this.accountRole = `arn:aws:iam::${this.emulator.account}:role/api-gateway-${random(6)}`;
    this.rules = [];
  }

  /** Answers calls of an action so until all is healed. */
  answer(action: string | RegExp, how: Rule['do']): void {
    this.rules.unshift({ action, do: how });
  }

  rig(): void {
    const { proxy } = this.emulator;
    proxy.rig({
      action: /./,
      do: (call) => {
        const rule = [...this.rules, ...this.standing].find(({ action }) =>
          typeof action === 'string' ? action === call.action : action.test(call.action),
        );
        return rule?.do(call);
      },
    });
  }

  private readonly standing: Rule[] = [
    { action: /^apigateway:GET \/v2\/vpclinks\//, do: (call) => this.linkAnswer(call) },
    { action: 'elasticloadbalancing:DescribeTargetHealth', do: (call) => this.targetAnswer(call) },
    { action: 'ecs:DescribeServices', do: (call) => this.serviceAnswer(call) },
    { action: 'ecs:ListTasks', do: (call) => this.taskList(call) },
    { action: 'ecs:DescribeTasks', do: (call) => this.taskAnswer(call) },
    { action: /^apigateway:GET .*\/usage$/, do: () => this.usageAnswer() },
    // The emulator keeps what it was told as a text.
    {
      action: /^apigateway:GET \/apikeys\/\w+$/,
      do: (call) =>
        this.answers.changed(['apigateway', 'GetApiKey'], call, (body) =>
          body.replace(/("enabled":\s*)"(true|false)"/, '$1$2'),
        ),
    },
    { action: 'apigateway:GET /account', do: () => this.accountAnswer() },
    { action: 'cloudformation:DetectStackDrift', do: (call) => this.driftBegin(call) },
    { action: 'cloudformation:DescribeStackDriftDetectionStatus', do: (call) => this.driftStatus(call) },
    { action: 'cloudformation:DescribeStackResourceDrifts', do: (call) => this.driftAnswer(call) },
    {
      action: /^execute-api:/,
      do: () =>
        this.health === 'cut'
          ? 'cut'
          : { status: this.health, body: this.health === 200 ? '{"status":"ok"}' : '{"message":"no"}' },
    },
  ];

  private linkAnswer(call: AwsCall): Answer {
    const operation: [string, string] = ['apigatewayv2', 'GetVpcLink'];
    if (this.link === undefined) {
      const message = 'Invalid VpcLink identifier specified';
      return this.answers.refusal(operation, call, { code: 'NotFoundException', message, status: 404 });
    }
    return this.answers.json(operation, {
      vpcLinkId: random(3),
      name: 'mcp-dev',
      securityGroupIds: [`sg-${random(9)}`],
      subnetIds: [`subnet-${random(9)}`],
      vpcLinkStatus: this.link.status,
      vpcLinkStatusMessage: this.link.message ?? '',
      vpcLinkVersion: 'V2',
    });
  }

  private targetAnswer(call: AwsCall): Answer {
    const members = this.targets.map(({ state, reason, description }) => {
      const why = `${reason ? `<Reason>${reason}</Reason>` : ''}${description ? `<Description>${description}</Description>` : ''}`;
      const address = `10.42.0.${10 + Math.floor(Math.random() * 200)}`;
      return `<member><Target><Id>${address}</Id><Port>8080</Port><AvailabilityZone>eu-central-1a</AvailabilityZone></Target><HealthCheckPort>8080</HealthCheckPort><TargetHealth><State>${state}</State>${why}</TargetHealth></member>`;
    });
    return this.answers.query(
      ['elbv2', 'DescribeTargetHealth'],
      call,
      `<TargetHealthDescriptions>${members.join('')}</TargetHealthDescriptions>`,
    );
  }

  private readonly deployment = `ecs-svc/${Math.floor(Math.random() * 1e15)}`;

  private serviceAnswer(call: AwsCall): Promise<Answer> {
    return this.answers.changed(['ecs', 'DescribeServices'], call, (body) => {
      const answer = JSON.parse(body);
      for (const service of answer.services ?? []) {
        const { running, desired, pending, rollout, deployed, events, tags } = this.service;
        Object.assign(service, {
          ...(running === undefined ? {} : { runningCount: running }),
          ...(desired === undefined ? {} : { desiredCount: desired }),
          pendingCount: pending ?? 0,
          ...(tags === undefined
            ? {}
            : { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }),
          events: (events ?? [[60, `(service ${service.serviceName}) has reached a steady state.`]]).map(
            ([ago, message]) => ({ id: randomUUID(), createdAt: secondsAgo(ago), message }),
          ),
          deployments: [
            {
              id: this.deployment,
              status: 'PRIMARY',
              taskDefinition: service.taskDefinition,
              desiredCount: desired ?? service.desiredCount,
              pendingCount: pending ?? 0,
              runningCount: running ?? service.runningCount,
              createdAt: secondsAgo(deployed ?? 86_400),
              rolloutState: rollout ?? 'COMPLETED',
              rolloutStateReason: 'ECS deployment',
            },
          ],
        });
      }
      return JSON.stringify(answer);
    });
  }

  private readonly arns = () =>
    this.ended.map(
      (_, index) =>
        `arn:aws:ecs:eu-central-1:${this.emulator.account}:task/${this.stage.outputs.ClusterName}/${String(index).padStart(32, '0')}`,
    );

  private taskList(call: AwsCall): Answer | undefined {
    if (!/STOPPED/.test(call.body)) return undefined;
    return this.answers.json(['ecs', 'ListTasks'], { taskArns: this.arns() });
  }

  private taskAnswer(_call: AwsCall): Answer {
    const tasks = this.ended.map(({ reason, exitCode, containerReason, ago = 30, old }, index) => ({
      taskArn: this.arns()[index],
      clusterArn: `arn:aws:ecs:eu-central-1:${this.emulator.account}:cluster/mcp-dev`,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      startedBy: old ? `ecs-svc/${Math.floor(Math.random() * 1e15)}` : this.deployment,
      stopCode: exitCode === undefined ? 'TaskFailedToStart' : 'EssentialContainerExited',
      stoppedReason: reason,
      createdAt: secondsAgo(ago + 60),
      stoppedAt: secondsAgo(ago),
      containers: [
        {
          name: 'mcp-dev-mcp-server',
          lastStatus: 'STOPPED',
          ...(exitCode === undefined ? {} : { exitCode }),
          ...(containerReason === undefined ? {} : { reason: containerReason }),
        },
      ],
    }));
    return this.answers.json(['ecs', 'DescribeTasks'], { tasks, failures: [] });
  }

  private usageAnswer(): Answer {
    const { UsagePlanId, ApiKeyIdA } = this.stage.outputs;
    const day = new Date().toISOString().slice(0, 10);
    return this.answers.json(['apigateway', 'GetUsage'], {
      usagePlanId: UsagePlanId,
      startDate: day,
      endDate: day,
      values: { [ApiKeyIdA!]: [[this.used, 1000 - this.used]], [random(5)]: [[1000, 0]] },
    });
  }

  private accountAnswer(): Answer {
    return this.answers.json(['apigateway', 'GetAccount'], {
      ...(this.accountRole === undefined ? {} : { cloudwatchRoleArn: this.accountRole }),
      throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
      features: ['UsagePlans'],
      apiKeyVersion: '4',
    });
  }

  private driftBegin(call: AwsCall): Answer {
    const id = `<StackDriftDetectionId>${randomUUID()}</StackDriftDetectionId>`;
    return this.answers.query(['cloudformation', 'DetectStackDrift'], call, id);
  }

  private driftStatus(call: AwsCall): Answer {
    const [status, reason] =
      this.driftFailed === undefined
        ? ['DETECTION_COMPLETE', '']
        : ['DETECTION_FAILED', `<DetectionStatusReason>${this.driftFailed}</DetectionStatusReason>`];
    return this.answers.query(
      ['cloudformation', 'DescribeStackDriftDetectionStatus'],
      call,
      `<StackId>arn:aws:cloudformation:eu-central-1:${this.emulator.account}:stack/mcp-dev/${randomUUID()}</StackId><StackDriftDetectionId>${randomUUID()}</StackDriftDetectionId><StackDriftStatus>${this.drifted.length > 0 ? 'DRIFTED' : 'IN_SYNC'}</StackDriftStatus><DetectionStatus>${status}</DetectionStatus>${reason}<DriftedStackResourceCount>${this.drifted.length}</DriftedStackResourceCount><Timestamp>${new Date().toISOString()}</Timestamp>`,
    );
  }

  private driftAnswer(call: AwsCall): Answer {
    const members = this.drifted.map(({ id, status, paths }) => {
      const differences = paths.map(
        (path) =>
          `<member><PropertyPath>${path}</PropertyPath><ExpectedValue>1</ExpectedValue><ActualValue>2</ActualValue><DifferenceType>NOT_EQUAL</DifferenceType></member>`,
      );
      return `<member><StackId>mcp-dev</StackId><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${random(6)}</PhysicalResourceId><ResourceType>AWS::ECS::Service</ResourceType><PropertyDifferences>${differences.join('')}</PropertyDifferences><StackResourceDriftStatus>${status}</StackResourceDriftStatus><Timestamp>${new Date().toISOString()}</Timestamp></member>`;
    });
    const inner = `<StackResourceDrifts>${members.join('')}</StackResourceDrifts>`;
    return this.answers.query(['cloudformation', 'DescribeStackResourceDrifts'], call, inner);
  }
}

export function random(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

function secondsAgo(seconds: number): number {
  return Date.now() / 1000 - seconds;
}
