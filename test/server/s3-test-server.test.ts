import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { type S3Server, startS3Server } from '../support/s3-server/server.ts';

/** The test server must refuse what S3 refuses, or the tests against it prove little. */
describe('the S3 test server', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startS3Server();
  });

  afterEach(() => server.close());

  async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
    const response = await fetch(`${server.endpoint}/test-bucket/${path}`, {
      method,
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x', ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, code: /<Code>(.*?)</.exec(text)?.[1], text, headers: response.headers };
  }

  const chunked = (data: string, trailer: string) => {
    const size = Buffer.byteLength(data).toString(16);
    return `${size}\r\n${data}\r\n0\r\n${trailer}\r\n\r\n`;
  };
  const streaming = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
  };

  it('asks for a signature', async () => {
    expect(await send('PUT', 'a', { authorization: '' }, 'x')).to.include({
      status: 403,
      code: 'AccessDenied',
    });
  });

  it('decodes aws-chunked bodies and checks their trailing checksum', async () => {
    const good = await send('PUT', 'a', streaming, chunked('hello', 'x-amz-checksum-crc32:NhCmhg=='));
    expect(good.status).to.equal(200);
    expect(server.bucket.get('a')).to.deep.include({ bytes: Buffer.from('hello') });
    expect(server.bucket.get('a')!.headers).to.not.have.property('content-encoding');
    const bad = await send('PUT', 'b', streaming, chunked('hellO', 'x-amz-checksum-crc32:NhCmhg=='));
    expect(bad).to.include({ status: 400, code: 'BadDigest' });
    const none = await send('PUT', 'b', streaming, chunked('hello', 'x-other:1'));
    expect(none).to.include({ status: 400, code: 'MalformedTrailerError' });
    const short = await send('PUT', 'b', streaming, '5\r\nhel');
    expect(short).to.include({ status: 400, code: 'IncompleteBody' });
    expect(server.bucket.get('b')).to.equal(undefined);
  });

  it('checks checksums in headers', async () => {
    const digest = (name: string) => createHash(name).update('hello').digest('base64');
    for (const [header, value] of [
      ['content-md5', digest('md5')],
      ['x-amz-checksum-sha256', digest('sha256')],
      ['x-amz-checksum-sha1', digest('sha1')],
      ['x-amz-checksum-crc32', 'NhCmhg=='],
      ['x-amz-checksum-crc32c', 'mnG7TA=='],
    ] as const) {
      expect((await send('PUT', 'a', { [header]: value }, 'hello')).status, header).to.equal(200);
      expect(await send('PUT', 'a', { [header]: value }, 'hallo'), header).to.include({ code: 'BadDigest' });
    }
  });

  it('keeps the rules of multipart uploads', async () => {
    const { text } = await send('POST', 'a?uploads');
    const id = /<UploadId>(.*?)</.exec(text)![1]!;
    const part = await send('PUT', `a?partNumber=1&uploadId=${id}`, {}, 'small');
    const etag = part.headers.get('etag')!;
    await send('PUT', `a?partNumber=2&uploadId=${id}`, {}, 'last');
    const list = (parts: [number, string][]) =>
      `<CompleteMultipartUpload>${parts.map(([n, e]) => `<Part><PartNumber>${n}</PartNumber><ETag>${e}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;
    const complete = (parts: [number, string][]) => send('POST', `a?uploadId=${id}`, {}, list(parts));
    const other = `"${createHash('md5').update('last').digest('hex')}"`;
    expect(await complete([[1, '"wrong"']])).to.include({ code: 'InvalidPart' });
    expect(
      await complete([
        [1, etag],
        [2, other],
      ]),
    ).to.include({ code: 'EntityTooSmall' });
    expect(await complete([])).to.include({ code: 'MalformedXML' });
    expect((await send('GET', '?uploads')).text).to.contain(id);
    expect((await complete([[1, etag]])).status).to.equal(200);
    expect(server.bucket.get('a')!.bytes.toString()).to.equal('small');
    expect(await complete([[1, etag]])).to.include({ status: 404, code: 'NoSuchUpload' });
    expect(await send('DELETE', `a?uploadId=${id}`)).to.include({ status: 404, code: 'NoSuchUpload' });
  });

  it('answers in the words of S3', async () => {
    expect(await send('GET', 'none')).to.include({ status: 404, code: 'NoSuchKey' });
    expect((await send('HEAD', 'none')).text).to.equal('');
    await send('PUT', 'a', {}, 'hello');
    expect(await send('GET', 'a', { range: 'bytes=9-' })).to.include({ status: 416, code: 'InvalidRange' });
    expect(await send('GET', 'a', { 'if-match': '"x"' })).to.include({
      status: 412,
      code: 'PreconditionFailed',
    });
    expect(await send('PUT', 'a', { 'if-none-match': '*' }, 'x')).to.include({ code: 'PreconditionFailed' });
    expect(await send('PUT', 'none', { 'if-match': '"x"' }, 'x')).to.include({
      status: 404,
      code: 'NoSuchKey',
    });
    expect(await send('GET', '?list-type=2&continuation-token=x')).to.include({ code: 'InvalidArgument' });
    expect(await send('PUT', 'k'.repeat(1025), {}, 'x')).to.include({ code: 'KeyTooLongError' });
    const list = await send('GET', '?list-type=2&max-keys=1&encoding-type=url');
    expect(list.text).to.contain('<Key>a</Key>').and.contain('<IsTruncated>false</IsTruncated>');
  });
});
