import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { expect } from 'chai';
import { describeStack } from '../../src/aws/cloudformation.ts';
import { removeStack } from '../../src/stack/destroy/remove-stack.ts';
import { unblock } from '../../src/stack/destroy/unblock.ts';
import { type Emulator, startEmulator } from '../support/aws/emulator.ts';
import { xml } from '../support/aws/fault.ts';
import { createStack, physicalIds, putImage, stackStatus } from '../support/aws/small-stage.ts';
import { createVersionedBucket, fillBucket, left } from '../support/aws/versioned-bucket.ts';

const { signal } = new AbortController();
const VPC = 'Resources:\n  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/24 } }\n';

describe('a stack that is stuck', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let ec2: EC2Client;
  before(async () => {
    emulator = await startEmulator();
    ec2 = emulator.client(EC2Client);
  });
  after(() => emulator.close());
  beforeEach(() => emulator.proxy.reset());

  /** A stack whose VPC holds a subnet that is not the stack's. */
  async function heldStack(name: string) {
    await createStack(emulator, name, 'dev', VPC);
    const { Vpc } = await physicalIds(emulator, name);
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc, CidrBlock: '10.0.0.0/28' }));
    return { vpc: Vpc!, subnet: Subnet!.SubnetId! };
  }

  const remove = async (name: string, vpc: string, pause: (ms: number) => Promise<void>) => {
    const notes: string[] = [];
    const stack = await describeStack(emulator.connection(), name, signal);
    await removeStack(emulator.connection(), stack!, {
      signal,
      onNote: (line) => notes.push(line),
      unblock: (blockage, tries) => unblock(emulator.connection(), vpc, blockage, tries, signal),
      pause,
    });
    return notes;
  };

  it('is explained, and tried again until what holds it is past', async () => {
    const { vpc, subnet } = await heldStack('mcp-held');
    const pauses: number[] = [];
    const notes = await remove('mcp-held', vpc, async (ms) => {
      pauses.push(ms);
      if (pauses.length === 2) await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    });
    expect(pauses).to.deep.equal([1000, 5000]);
    expect(notes[0]).to.match(/^Vpc \(vpc-\w+\) could not be deleted: .*dependencies/);
    expect(await stackStatus(emulator, 'mcp-held')).to.equal(undefined);
  });

  it('is given up where it stays so, with what to remove; the next run goes on', async () => {
    const { vpc, subnet } = await heldStack('mcp-stuck');
    let pauses = 0;
    const error = await remove('mcp-stuck', vpc, async () => void pauses++).catch((reason) => reason);
    expect(error).to.include({ code: 'stuck', exitCode: 1 });
    expect(error.message).to.match(/the stack mcp-stuck cannot be deleted: Vpc: .*dependencies/);
    expect(error.suggestions.join()).to.include(vpc);
    expect(pauses).to.equal(3);
    expect(await stackStatus(emulator, 'mcp-stuck')).to.equal('DELETE_FAILED');
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    await remove('mcp-stuck', vpc, async () => {});
    expect(await stackStatus(emulator, 'mcp-stuck')).to.equal(undefined);
  });

  it('has network interfaces taken away that nothing uses', async () => {
    const { vpc, subnet } = await heldStack('mcp-interfaces');
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet }));
    const blockage = {
      logicalId: 'PrivateSubnetA',
      physicalId: subnet,
      type: 'AWS::EC2::Subnet',
      reason: 'in use',
    };
    const { text, wait } = await unblock(emulator.connection(), vpc, blockage, 1, signal);
    expect({ text, wait }).to.deep.equal({
      text: `PrivateSubnetA (${subnet}) could not be deleted: in use`,
      wait: 1000,
    });
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces).to.deep.equal([]);
  });

  it("waits for those that are AWS's own, up to twenty minutes, and never touches them", async () => {
    emulator.proxy.rig({
      action: 'ec2:DescribeNetworkInterfaces',
      do: xml(
        200,
        `<DescribeNetworkInterfacesResponse><networkInterfaceSet>
           <item><networkInterfaceId>eni-1</networkInterfaceId><description>VPC Endpoint Interface vpce-9</description><status>in-use</status><requesterManaged>true</requesterManaged></item>
           <item><networkInterfaceId>eni-2</networkInterfaceId><status>available</status><requesterManaged>true</requesterManaged></item>
         </networkInterfaceSet></DescribeNetworkInterfacesResponse>`,
      ),
    });
    const blockage = {
      logicalId: 'EndpointSecurityGroup',
      physicalId: 'sg-1',
      type: 'AWS::EC2::SecurityGroup',
      reason: 'x',
    };
    const ask = (tries: number) => unblock(emulator.connection(), 'vpc-1', blockage, tries, signal);
    expect(await ask(1)).to.deep.equal({
      text: 'EndpointSecurityGroup (sg-1) is still held by network interfaces: eni-1 (VPC Endpoint Interface vpce-9), eni-2. AWS takes them away within minutes',
      wait: 30_000,
    });
    expect((await ask(39)).wait).to.equal(30_000);
    expect((await ask(40)).wait).to.equal(undefined);
    expect(emulator.proxy.count('ec2:DeleteNetworkInterface')).to.equal(0);
  });

  it('has its bucket emptied and its images deleted again', async () => {
    await createVersionedBucket(emulator, 'again');
    await fillBucket(emulator, 'again', { versions: 3, uploads: 1 });
    await createStack(
      emulator,
      'mcp-images',
      'dev',
      'Resources:\n  Repository: { Type: AWS::ECR::Repository, Properties: { RepositoryName: again } }\n',
    );
    await putImage(emulator, 'again', ['one', 'two']);
    const blocked = (logicalId: string, type: string) =>
      unblock(
        emulator.connection(),
        undefined,
        { logicalId, physicalId: 'again', type, reason: 'x' },
        1,
        signal,
      );
    expect((await blocked('ArtifactsBucket', 'AWS::S3::Bucket')).wait).to.equal(1000);
    expect(await left(emulator, 'again')).to.equal(0);
    expect((await blocked('Repository', 'AWS::ECR::Repository')).text).to.include('(1)');
  });

  it('says that AWS is throttled only when it is over with its tries', async () => {
    const blockage = {
      logicalId: 'RestApi',
      physicalId: 'abc',
      type: 'AWS::ApiGateway::RestApi',
      reason: 'Too Many Requests',
    };
    const waits = [];
    for (const tries of [1, 2, 3, 4]) {
      waits.push((await unblock(emulator.connection(), undefined, blockage, tries, signal)).wait);
    }
    expect(waits).to.deep.equal([1000, 5000, 25_000, undefined]);
  });
});
