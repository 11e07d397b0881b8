import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { openText } from '../../server/files/text/open-text.ts';
import { pattern } from '../support/store-probes.ts';
import { chunkingStore, type EncodingName, encode, type MemoryFile } from '../support/text-model.ts';

async function read(file: MemoryFile | Buffer, chunkSizes?: number[]) {
  const store = chunkingStore({ f: Buffer.isBuffer(file) ? { bytes: file } : file }, chunkSizes);
  const opened = await openText(store, 'f');
  const pieces: string[] = [];
  for await (const piece of opened.text) pieces.push(piece);
  return { encoding: opened.encoding, pieces, text: pieces.join('') };
}

async function refusal(bytes: Buffer, contentEncoding?: string): Promise<string> {
  const file = { bytes, ...(contentEncoding !== undefined && { contentEncoding }) };
  const error = await read(file).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error?.code).to.equal('not_text');
  return error.message;
}

const LONG_ASCII = 'All of this is plain.\n'.repeat(4000);

describe('text of any encoding', () => {
  const unicode = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\0', ''));
  // Each letter outside ASCII is followed by one inside: `é€€` would be well-formed UTF-8.
  const latin = fc
    .array(fc.constantFrom('a', ' ', '\n', 'é.', 'ßs', 'ü ', '€1', '\r\n'), { minLength: 1, maxLength: 40 })
    .map((chars) => `é${chars.join('')}b`);
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

  for (const encoding of ['utf-8', 'utf-8 with BOM', 'utf-16le', 'utf-16be'] as const) {
    it(`decodes ${encoding} however it is cut into chunks`, async () => {
      await fc.assert(
        fc.asyncProperty(unicode, sizes, async (text, chunkSizes) => {
          const clean = `Text: ${text}`.replace(/[\x00-\x08\x0e-\x1f]/g, '');
          const result = await read(encode(clean, encoding), chunkSizes);
          expect(result.text).to.equal(clean);
          for (const piece of result.pieces) {
            expect(piece).to.not.match(/\p{Surrogate}/u);
            expect(piece).to.not.equal('');
          }
        }),
      );
    });
  }

  it('decodes windows-1252 however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(latin, sizes, async (text, chunkSizes) => {
        const result = await read(encode(text, 'windows-1252'), chunkSizes);
        expect(result).to.include({ text, encoding: 'windows-1252' });
      }),
    );
  });

  it('knows the characters that windows-1252 has and Latin-1 has not', async () => {
    const bytes = Buffer.from([0x93, 0x71, 0x94, 0x20, 0x80, 0x20, 0x85, 0x20, 0xfc]);
    expect((await read(bytes)).text).to.equal('“q” € … ü');
  });

  it('cuts no character behind the first 64 KiB, with large chunks too', async () => {
    const text = LONG_ASCII + '日本語😀'.repeat(30_000);
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
      for (const size of [1021, 65_536, 100_003]) {
        expect((await read(encode(text, encoding), [size])).text === text, `${encoding} ${size}`).to.equal(
          true,
        );
      }
    }
  });

  it('shows one bad byte in UTF-8 as U+FFFD and keeps the rest', async () => {
    const bad = Buffer.concat([Buffer.from('größer '), Buffer.from([0xff]), Buffer.from(' schöner')]);
    expect(await read(bad)).to.include({ encoding: 'utf-8', text: 'größer \ufffd schöner' });
    const late = Buffer.concat([Buffer.from(`ö${LONG_ASCII}`), Buffer.from([0xc3]), Buffer.from(' ö')]);
    expect((await read(late)).text).to.equal(`ö${LONG_ASCII}\ufffd ö`);
  });

  it('decides by the first character outside ASCII where that comes late', async () => {
    for (const size of [1, 7, 65_536]) {
      const latin1 = encode(`${LONG_ASCII}naïve über alles`, 'windows-1252');
      expect((await read(latin1, [size])).text === `${LONG_ASCII}naïve über alles`, `${size}`).to.equal(true);
      const utf8 = encode(`${LONG_ASCII}naïve über alles`, 'utf-8');
      expect((await read(utf8, [size])).text === `${LONG_ASCII}naïve über alles`, `${size}`).to.equal(true);
    }
  });

  it('ends half a character at the end of the file with U+FFFD', async () => {
    expect((await read(Buffer.from([0x75, 0xcc, 0x88, 0x61, 0xe2, 0x82]))).text).to.equal('u\u0308a\ufffd');
    expect((await read(encode('un café', 'windows-1252'))).text).to.equal('un café');
    expect((await read(Buffer.from([0xff, 0xfe, 0x61, 0, 0x62]))).text).to.equal('a\ufffd');
    expect((await read(Buffer.from([0xff, 0xfe, 0x3d, 0xd8]))).text).to.equal('\ufffd');
  });

  it('reads an empty file and a mere byte order mark as no text', async () => {
    for (const bytes of ['', 'efbbbf', 'fffe', 'feff'].map((hex) => Buffer.from(hex, 'hex'))) {
      expect((await read(bytes)).pieces).to.deep.equal([]);
    }
  });

  it('keeps control characters that occur in text', async () => {
    const text = '\x1b[31mred\x1b[0m\ttab\fform\r\nprogress\rprogress\n';
    expect((await read(Buffer.from(text))).text).to.equal(text);
  });

  describe('packed by gzip', () => {
    const text = 'Zeile für Zeile\n'.repeat(20_000);

    it('is unpacked, also in several members, for each spelling of the coding', async () => {
      const bytes = Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))]);
      for (const contentEncoding of ['gzip', 'GZIP', 'x-gzip', 'aws-chunked,gzip']) {
        expect((await read({ bytes, contentEncoding }, [777])).text === text, contentEncoding).to.equal(true);
      }
    });

    it('is refused without the content encoding, and says what it looks like', async () => {
      expect(await refusal(gzipSync(text))).to.equal('"f" is not text: it looks like gzip data');
    });

    it('says when it ends too early, is damaged, or is no gzip', async () => {
      const packed = gzipSync(pattern(300_000).toString('base64'));
      expect(await refusal(packed.subarray(0, -20), 'gzip')).to.contain('ends too early');
      expect(await refusal(packed.subarray(0, 100), 'gzip')).to.contain('ends too early');
      expect(await refusal(Buffer.from('plain text'), 'gzip')).to.contain('no gzip at all');
    });

    it('must be text inside', async () => {
      expect(await refusal(gzipSync(Buffer.from('%PDF-1.7')), 'gzip')).to.contain('a PDF document');
    });

    it('does not hold a bomb in memory: what is not asked for is not unpacked', async () => {
      const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'a'));
      const opened = await openText(
        chunkingStore({ f: { bytes: bomb, contentEncoding: 'gzip' } }, [1024]),
        'f',
      );
      let characters = 0;
      for await (const piece of opened.text) {
        characters += piece.length;
        if (characters > 1_000_000) break;
      }
      expect(characters).to.be.lessThan(4_000_000);
    });
  });

  it('refuses binary content and names it', async () => {
    const kinds: [string, string][] = [
      ['89504e470d0a1a0a0000000d', 'a PNG image'],
      ['ffd8ffe000104a464946', 'a JPEG image'],
      ['504b0304140000000800', 'a ZIP archive or Office document'],
      ['255044462d312e370a', 'a PDF document'],
      ['7f454c4602010100', 'an ELF program'],
      ['1f8b0800000000000003', 'gzip data'],
      ['53514c69746520666f726d6174203300', 'an SQLite database'],
      ['4d5a90000300000004000000', 'a Windows program'],
      ['74006500780074002000', 'UTF-16 text without a byte order mark'],
      ['00740065007800740020', 'UTF-16 text without a byte order mark'],
      ['610062ff000000000301', 'binary data'],
    ];
    for (const [hex, kind] of kinds) {
      expect(await refusal(Buffer.from(hex, 'hex'))).to.equal(`"f" is not text: it looks like ${kind}`);
    }
    expect(await refusal(pattern(100_000))).to.contain('binary data');
    expect(await refusal(Buffer.from(Array.from({ length: 200 }, (_, i) => (i * 37) % 255 || 1)))).to.contain(
      'binary',
    );
  });

  it('takes letters that only resemble a signature for text', async () => {
    for (const text of [
      'MZ is a shop',
      'BM, 3 May',
      'ID3 tags',
      'PAR1 and PAR2',
      'Rar! they cried',
      'GIF8 me',
    ]) {
      expect((await read(Buffer.from(text))).text).to.equal(text);
    }
  });

  it('names the encoding', async () => {
    const names: [EncodingName, string][] = [
      ['utf-8', 'utf-8'],
      ['utf-8 with BOM', 'utf-8'],
      ['utf-16le', 'utf-16le'],
      ['utf-16be', 'utf-16be'],
      ['windows-1252', 'windows-1252'],
    ];
    for (const [encoding, name] of names)
      expect((await read(encode('für', encoding))).encoding).to.equal(name);
  });
});
