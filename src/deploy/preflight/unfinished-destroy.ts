import { enableRule, isRuleEnabled } from '../../aws/event-rules.ts';
import { bucketStanding } from '../../aws/s3-buckets.ts';
import { failed } from '../../errors.ts';
import { placeFlags } from '../../targets/aws/deployed-stack.ts';
import { type Findings, ifAllowed, type Look } from './look.ts';

/**
 * A stack may look whole although `destroy` was ended halfway: it turns the summaries of new files off, and empties and
 * deletes the bucket, before it deletes the stack. What can be had again is; without its bucket a stage cannot live.
 * @throws failed (exit 1) where the bucket is gone
 */
export async function checkUnfinishedDestroy(look: Look): Promise<Findings> {
  const [rule, bucket] = await Promise.all([uploadRule(look), findBucket(look)]);
  return { ...rule, warnings: [rule, bucket].flatMap(({ warnings = [] }) => warnings) };
}

/** CloudFormation would see no change and make no new one, and under its old name nobody may make it twice. */
async function findBucket(look: Look): Promise<Findings> {
  const name = look.stack?.outputs.S3BucketName;
  if (name === undefined) return {};
  return await ifAllowed('the bucket of the files', async () => {
    const standing = await bucketStanding(look.connection, name, look.signal);
    if (standing !== 'own') throw withoutBucket(name, standing, look);
    return {};
  });
}

function withoutBucket(name: string, standing: 'gone' | 'others', { stage, connection }: Look) {
  const flags = placeFlags(stage, connection);
  const what =
    standing === 'gone' ? 'is gone' : 'is gone, and one of its name belongs to another account now';
  return failed(
    'half_destroyed',
    `the bucket ${name} of stage ${stage} ${what}, while the stack stands: a destroy that was ended halfway leaves it so`,
    [
      `finish it: mcp-s3 destroy ${flags}`,
      `then deploy it again, with another address and key: mcp-s3 deploy ${flags}`,
    ],
  );
}

async function uploadRule({ connection, stack, planned, signal }: Look): Promise<Findings> {
  const name = stack?.outputs.UploadRuleName;
  if (name === undefined || planned.Presummarize === 'off') return {};
  return await ifAllowed('the rule for new files', async () => {
    if ((await isRuleEnabled(connection, name, signal)) !== false) return {};
    return {
      repairs: [
        {
          title: 'new files are summarized again: a destroy that was ended halfway turned that off',
          run: (abort: AbortSignal) => enableRule(connection, name, abort),
        },
      ],
    };
  });
}
