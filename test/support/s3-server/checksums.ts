import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { S3Fault } from './errors.ts';

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

function crc32c(body: Buffer): number {
  let value = 0xffffffff;
  for (const byte of body) value = CRC32C_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

/** The checksum headers of S3 that this server knows, by name. CRC-64/NVME is not among them. */
const CHECKSUMS: Record<string, (body: Buffer) => string> = {
  'x-amz-checksum-crc32': (body) => word(crc32(body)),
  'x-amz-checksum-crc32c': (body) => word(crc32c(body)),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest('base64'),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest('base64'),
};

/** Headers of the same family that say how, not what. */
const NO_CHECKSUMS = ['x-amz-checksum-type', 'x-amz-checksum-mode', 'x-amz-checksum-algorithm'];

/**
 * Verifies every checksum that headers or trailers announce, and returns those of `x-amz-checksum-*`.
 * Throws BadDigest as S3 does.
 */
export function verifyChecksums(fields: ReadonlyMap<string, string>, body: Buffer): Record<string, string> {
  const md5 = fields.get('content-md5');
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64')) {
    throw new S3Fault(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const found: Record<string, string> = {};
  for (const [name, expected] of fields) {
    if (!name.startsWith('x-amz-checksum-') || NO_CHECKSUMS.includes(name)) continue;
    const compute = CHECKSUMS[name];
    if (!compute) throw new S3Fault(501, 'NotImplemented', `${name} is unknown to this server`);
    if (compute(body) !== expected) {
      throw new S3Fault(400, 'BadDigest', `The ${name} you specified did not match what we received.`);
    }
    found[name] = expected;
  }
  return found;
}
