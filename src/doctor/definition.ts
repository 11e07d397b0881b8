import { CONTAINER_PORT, HEALTH_PATH, stageNames } from '../../server/names.ts';
import { targetGroup } from '../aws/target-group.ts';
import type { Cause } from './causes.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Patient } from './patient.ts';
import { newStage, updateService } from './remedies.ts';

/** Whether service, task definition and target group speak of the same container, port and health check. */
export const definition: Diagnosis<Patient> = {
  id: 'definition',
  title: 'container, port and health check by name',
  needs: ['awake'],
  async look(patient, signal) {
    const [service, task] = [await patient.service(), await patient.definition()];
    const redeploy = [`mcp-s3 deploy ${patient.place}`];
    if (service === undefined || task === undefined) {
      const [gone, own] = [service?.taskDefinition ?? '', await patient.output('TaskDefinitionArn')];
      const memory = Number(await patient.parameter('TaskMemory')) || 1024;
      return broken(
        'task-definition-deleted',
        `the task definition ${gone} was deleted: no task can start`,
        [`ecs DescribeTaskDefinition ${gone}: not found`],
        // What is no longer the stack's own is set again; its own is only made anew where something in it changes.
        gone === own
          ? [`have another one made: mcp-s3 deploy --memory ${memory + 1024} ${patient.place}`]
          : redeploy,
      );
    }
    const names = task.containers.map(({ name }) => name);
    const [balanced] = service.balanced;
    if (balanced === undefined) {
      return broken(
        'no-load-balancer',
        'the ECS service is not behind the load balancer: requests are answered 503',
        ['ecs DescribeServices: no loadBalancers'],
        [
          await updateService(
            patient,
            `--load-balancers targetGroupArn=${await patient.output('TargetGroupArn')},containerName=${stageNames(patient.stage).container},containerPort=${CONTAINER_PORT}`,
          ),
        ],
      );
    }
    const container = task.containers.find(({ name }) => name === balanced.container);
    const wanted = stageNames(patient.stage).container;
    if (container === undefined || container.name !== wanted) {
      return broken(
        'container-name',
        `the service sends requests to the container ${balanced.container}, and the task definition has ${names.join(', ') || 'none'}${container === undefined ? '' : `; it should be ${wanted}`}`,
        [`${task.arn}: containers ${names.join(', ')}`, `service: container ${balanced.container}`],
        redeploy,
      );
    }
    if (!container.ports.includes(balanced.port) || balanced.port !== CONTAINER_PORT) {
      return broken(
        'container-port',
        `the service sends requests to port ${balanced.port}, and the container listens on ${container.ports.join(', ') || 'none'}`,
        [`${task.arn}: ports ${container.ports.join(', ')}`, `service: port ${balanced.port}`],
        redeploy,
      );
    }
    const group = await targetGroup(patient.connection, balanced.targetGroup, signal);
    if (group === undefined) {
      return broken(
        'target-group-deleted',
        'the target group of the service is gone: requests are answered 503',
        [`elasticloadbalancing DescribeTargetGroups ${balanced.targetGroup}: not found`],
        newStage(patient.place),
      );
    }
    if (
      group.healthPath !== HEALTH_PATH ||
      !['traffic-port', String(CONTAINER_PORT)].includes(group.healthPort)
    ) {
      return broken(
        'health-check-path',
        `the load balancer checks ${group.healthPath} on ${group.healthPort}, and the service answers on ${HEALTH_PATH}`,
        [`${balanced.targetGroup}: health check ${group.healthPath} on ${group.healthPort}`],
        [
          `aws elbv2 modify-target-group --target-group-arn ${balanced.targetGroup} --health-check-path ${HEALTH_PATH} --health-check-port traffic-port --region ${patient.connection.region}`,
        ],
      );
    }
    return { state: 'good', seen: `${container.name}:${balanced.port}, checked on ${HEALTH_PATH}` };
  },
};

function broken(cause: Cause, says: string, evidence: string[], remedy: string[]): Finding {
  return { state: 'broken', cause, says, evidence, remedy };
}
