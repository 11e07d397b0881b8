import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseTemplate } from '../../../src/stack/compose/cfn-yaml.ts';
import type { AwsCall } from './aws-call.ts';
import type { Rewrite } from './proxy.ts';
import { reduceTemplate } from './stand-ins.ts';

const WITH_TEMPLATE =
  /^cloudformation:(CreateChangeSet|CreateStack|UpdateStack|ValidateTemplate|GetTemplateSummary)$/;

/**
 * Takes out of the template in a call what MiniStack does not know. A template that is named by its URL is read as
 * root, and lies reduced beside the original for the length of the call.
 */
export function templateReducer(s3: S3Client): Rewrite {
  return async (call) => {
    const form = WITH_TEMPLATE.test(call.action) ? new URLSearchParams(call.body) : new URLSearchParams();
    const body = form.get('TemplateBody');
    const url = form.get('TemplateURL');
    if (body !== null) {
      form.set('TemplateBody', reducedText(body));
      return { body: form.toString() };
    }
    return url === null ? { body: call.body } : reduceObject(s3, call, form, new URL(url));
  };
}

async function reduceObject(s3: S3Client, call: AwsCall, form: URLSearchParams, url: URL) {
  const [Bucket, ...path] = decodeURIComponent(url.pathname.slice(1)).split('/');
  const Key = path.join('/');
  const text = await s3
    .send(new GetObjectCommand({ Bucket, Key }))
    .then(({ Body }) => Body!.transformToString())
    // The emulator itself says what is wrong with it.
    .catch(() => undefined);
  if (text === undefined) return { body: call.body };
  const copy = { Bucket, Key: `${Key}.reduced` };
  const { VersionId } = await s3.send(new PutObjectCommand({ ...copy, Body: reducedText(text) }));
  form.set('TemplateURL', `${url}.reduced`);
  return {
    body: form.toString(),
    done: async () => {
      await s3.send(new DeleteObjectCommand({ ...copy, VersionId }));
    },
  };
}

/** Unreadable ones stay as they are: the emulator refuses them. */
function reducedText(text: string): string {
  try {
    const template = parseTemplate(text);
    const { template: reduced, types } = reduceTemplate(template);
    return types.size === 0 ? text : JSON.stringify(reduced);
  } catch {
    return text;
  }
}
