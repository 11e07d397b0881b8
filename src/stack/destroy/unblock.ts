import type { RegionalConnection } from '../../aws/connection.ts';
import {
  deleteNetworkInterface,
  type NetworkInterface,
  networkInterfaces,
} from '../../aws/network-interfaces.ts';
import { emptyBucket } from './empty-bucket.ts';
import { removeImages } from './remove-images.ts';
import type { Blockage, Unblocked } from './remove-stack.ts';

/** AWS lets go of the interfaces of a load balancer, a link or an endpoint within minutes, at times twenty. */
const HALF_A_MINUTE = 30_000;
const INTERFACE_TRIES = 40;
/** What ends by itself, such as too many requests, is over by then. */
const OTHER_TRIES = 4;

/**
 * Finds out what holds a resource that could not be deleted, and takes it away where that can be done without harm:
 * what is in a bucket or a repository of ours, and network interfaces that nothing uses.
 * @param vpc of the stack
 */
export async function unblock(
  connection: RegionalConnection,
  vpc: string | undefined,
  blockage: Blockage,
  tries: number,
  signal: AbortSignal,
): Promise<Unblocked> {
  const { type, physicalId, logicalId, reason } = blockage;
  const again = tries < OTHER_TRIES ? 1000 * 5 ** (tries - 1) : undefined;
  if (type === 'AWS::S3::Bucket') {
    const gone = await emptyBucket(connection, physicalId, { signal });
    return {
      text: `something was written to ${physicalId} meanwhile: deleted that too (${gone})`,
      wait: again,
    };
  }
  if (type === 'AWS::ECR::Repository') {
    const gone = await removeImages(connection, physicalId, signal);
    return { text: `${physicalId} had an image again: deleted that too (${gone})`, wait: again };
  }
  if (vpc !== undefined && /^AWS::EC2::(Subnet|SecurityGroup|VPC)$/.test(type)) {
    const held = await letGo(connection, vpc, signal);
    if (held.length > 0) {
      const wait = tries < INTERFACE_TRIES ? HALF_A_MINUTE : undefined;
      return { text: `${logicalId} (${physicalId}) is still held by ${listed(held)}`, wait };
    }
  }
  return { text: `${logicalId} (${physicalId}) could not be deleted: ${reason}`, wait: again };
}

/** Deletes the VPC's interfaces that nothing uses, and tells the others. */
async function letGo(
  connection: RegionalConnection,
  vpc: string,
  signal: AbortSignal,
): Promise<NetworkInterface[]> {
  const held: NetworkInterface[] = [];
  for (const found of await networkInterfaces(connection, vpc, signal)) {
    if (found.detached && !found.managed) await deleteNetworkInterface(connection, found.id, signal);
    else held.push(found);
  }
  return held;
}

function listed(interfaces: NetworkInterface[]): string {
  const names = interfaces.map(({ id, description }) => (description ? `${id} (${description})` : id));
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `network interfaces: ${names.slice(0, 3).join(', ')}${rest}. AWS takes them away within minutes`;
}
