interface Signature {
  kind: string;
  bytes: string;
  at?: number;
}

/** Signatures that no text begins with. Bytes as Latin-1; `?` stands for any byte. */
const CERTAIN: readonly Signature[] = [
  { kind: 'a PNG image', bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'a JPEG image', bytes: '\xff\xd8\xff' },
  { kind: 'a GIF image', bytes: 'GIF87a' },
  { kind: 'a GIF image', bytes: 'GIF89a' },
  { kind: 'a WebP image', bytes: 'RIFF????WEBP' },
  { kind: 'a WAV sound', bytes: 'RIFF????WAVE' },
  { kind: 'a PDF document', bytes: '%PDF-' },
  { kind: 'a ZIP archive or Office document', bytes: 'PK\x03\x04' },
  { kind: 'an empty ZIP archive', bytes: 'PK\x05\x06' },
  { kind: 'an old Office document', bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { kind: 'gzip data', bytes: '\x1f\x8b' },
  { kind: 'bzip2 data', bytes: 'BZh?1AY&SY' },
  { kind: 'xz data', bytes: '\xfd7zXZ\x00' },
  { kind: 'Zstandard data', bytes: '\x28\xb5\x2f\xfd' },
  { kind: 'a 7-Zip archive', bytes: '7z\xbc\xaf\x27\x1c' },
  { kind: 'a RAR archive', bytes: 'Rar!\x1a\x07' },
  { kind: 'an ELF program', bytes: '\x7fELF' },
  { kind: 'a Mach-O program', bytes: '\xcf\xfa\xed\xfe' },
  { kind: 'a Java class', bytes: '\xca\xfe\xba\xbe' },
  { kind: 'a WebAssembly module', bytes: '\x00asm' },
  { kind: 'an SQLite database', bytes: 'SQLite format 3\x00' },
  { kind: 'an Ogg file', bytes: 'OggS\x00' },
  { kind: 'UTF-32 text', bytes: '\xff\xfe\x00\x00' },
  { kind: 'UTF-32 text', bytes: '\x00\x00\xfe\xff' },
];

/** Signatures of printable letters, which name a file only once its content has been found to be binary. */
const LIKELY: readonly Signature[] = [
  { kind: 'a tar archive', bytes: 'ustar', at: 257 },
  { kind: 'an MP4 or QuickTime video', bytes: 'ftyp', at: 4 },
  { kind: 'an MP3 sound', bytes: 'ID3' },
  { kind: 'a FLAC sound', bytes: 'fLaC' },
  { kind: 'a Windows program', bytes: 'MZ' },
  { kind: 'a BMP image', bytes: 'BM' },
  { kind: 'a TIFF image', bytes: 'II*\x00' },
  { kind: 'a TIFF image', bytes: 'MM\x00*' },
  { kind: 'a Parquet table', bytes: 'PAR1' },
  { kind: 'a font', bytes: 'wOF2' },
];

/** What a file with these first bytes certainly is, with its article, if it is no text. */
export function certainKind(bytes: Buffer): string | undefined {
  return CERTAIN.find((signature) => matches(bytes, signature))?.kind;
}

/** The best name for content that is known to be binary. */
export function binaryKind(bytes: Buffer): string {
  return LIKELY.find((signature) => matches(bytes, signature))?.kind ?? utf16Kind(bytes) ?? 'binary data';
}

/** Text in UTF-16 has a zero in nearly every second byte, for most languages. */
function utf16Kind(bytes: Buffer): string | undefined {
  const zeros = [0, 0];
  const sample = bytes.subarray(0, 1024);
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]!++;
  const [even, odd] = zeros as [number, number];
  const expected = sample.length * 0.35;
  const isText = (even === 0 && odd > expected) || (odd === 0 && even > expected);
  return isText ? 'UTF-16 text without a byte order mark' : undefined;
}

function matches(bytes: Buffer, { bytes: pattern, at = 0 }: Signature): boolean {
  if (bytes.length < at + pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '?' && bytes[at + i] !== pattern.charCodeAt(i)) return false;
  }
  return true;
}
