import { expect } from 'chai';
import fc from 'fast-check';
import { overlayName, plainSegments } from '../../server/files/folder/place.ts';
import { compareKeys } from '../../server/files/key-order.ts';

describe('the place of a key in a folder', () => {
  const place = (key: string, platform: string) => (plainSegments(key, platform) ? 'path' : 'overlay');

  it('is its path where that is possible', () => {
    for (const key of [
      'a',
      'a/b.txt',
      'a b',
      'a%2Fb',
      '日本',
      'n'.repeat(255),
      '...',
      '.env',
      'x/.mcp-s3/y',
      '~',
    ]) {
      for (const platform of ['linux', 'darwin', 'win32']) {
        if (platform === 'win32' && key === '...') continue;
        expect(place(key, platform), `${key} on ${platform}`).to.equal('path');
      }
    }
  });

  it('is the overlay where a path would lead elsewhere or cannot be', () => {
    for (const key of [
      '',
      'a/',
      '/a',
      'a//b',
      '.',
      '..',
      'a/../b',
      './a',
      'a\0b',
      'n'.repeat(256),
      'ü'.repeat(128),
    ]) {
      for (const platform of ['linux', 'darwin', 'win32']) {
        expect(place(key, platform), `${key} on ${platform}`).to.equal('overlay');
      }
    }
    for (const key of ['.mcp-s3', '.mcp-s3/x']) expect(place(key, 'linux')).to.equal('overlay');
  });

  it('is the overlay for what Windows does not take, and for our own folder in other letters', () => {
    for (const key of [
      'CON',
      'con.txt',
      'x/LPT1',
      'a:b',
      'a\\b',
      '..\\x',
      'a?',
      'a*b',
      'a.',
      'a ',
      'tab\tx',
      '"',
      '|',
    ]) {
      expect(place(key, 'win32'), key).to.equal('overlay');
      expect(place(key, 'linux'), key).to.equal('path');
    }
    for (const platform of ['darwin', 'win32']) expect(place('.MCP-S3/tmp/x', platform)).to.equal('overlay');
    expect(place('.MCP-S3/tmp/x', 'linux')).to.equal('path');
  });

  it('has one name in the overlay for each key', () => {
    expect(overlayName('a//b')).to.match(/^[0-9a-f]{64}$/);
    expect(overlayName('a//b')).to.not.equal(overlayName('a/b'));
  });
});

describe('the order of keys', () => {
  it('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '/', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}') }),
        fc.string({ unit: fc.constantFrom('a', '/', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10ffff}') }),
        (a, b) => {
          expect(Math.sign(compareKeys(a, b))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        },
      ),
    );
  });
});
