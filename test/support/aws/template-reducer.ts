import { isDeepStrictEqual } from 'node:util';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { parseTemplate } from '../../../src/stack/compose/cfn-yaml.ts';
import type { Rewrite } from './proxy.ts';
import { resign } from './resign.ts';
import { reduceTemplate } from './stand-ins.ts';

const WITH_TEMPLATE =
  /^cloudformation:(CreateChangeSet|CreateStack|UpdateStack|ValidateTemplate|GetTemplateSummary)$/;

/**
 * Takes out of the template in a call what MiniStack does not know. A template that is named by its URL is read as
 * root, and lies reduced beside the original for the length of the call. The call is signed anew.
 * @param secrets by access keys; a call with another key passes as it is
 */
export function templateReducer(s3: S3Client, secrets: ReadonlyMap<string, string>): Rewrite {
  return async (call) => {
    const secret = secrets.get(call.accessKeyId ?? '');
    if (!WITH_TEMPLATE.test(call.action) || secret === undefined) return undefined;
    const form = new URLSearchParams(call.body);
    const rewritten = await reduceForm(s3, form);
    if (rewritten === undefined) return undefined;
    const body = form.toString();
    return { ...rewritten, body, headers: resign(call, body, secret) };
  };
}

/** Changes the form. Undefined where there is nothing to take out. */
async function reduceForm(
  s3: S3Client,
  form: URLSearchParams,
): Promise<{ done?: () => Promise<void> } | undefined> {
  const text = form.get('TemplateBody');
  const url = form.get('TemplateURL');
  if (text !== null) {
    const reduced = reducedText(text);
    if (reduced !== undefined) form.set('TemplateBody', reduced);
    return reduced === undefined ? undefined : {};
  }
  if (url === null) return undefined;
  const [Bucket, ...path] = new URL(url).pathname.slice(1).split('/');
  const Key = path.join('/');
  const original = await s3
    .send(new GetObjectCommand({ Bucket, Key }))
    .then(({ Body }) => Body!.transformToString())
    // The emulator itself says what is wrong with it.
    .catch(() => undefined);
  const reduced = original === undefined ? undefined : reducedText(original);
  if (reduced === undefined) return undefined;
  const copy = { Bucket, Key: `${Key}.reduced` };
  const { VersionId } = await s3.send(new PutObjectCommand({ ...copy, Body: reduced }));
  form.set('TemplateURL', `${url}.reduced`);
  return {
    done: async () => {
      await s3.send(new DeleteObjectCommand({ ...copy, VersionId }));
    },
  };
}

/** Undefined where nothing is to be taken out, or nothing can be read: the emulator refuses that itself. */
function reducedText(text: string): string | undefined {
  try {
    const original = parseTemplate(text);
    const { template } = reduceTemplate(original);
    return isDeepStrictEqual(template, original) ? undefined : JSON.stringify(template);
  } catch {
    return undefined;
  }
}
