/** What XML 1.0 can hold: S3 answers with broken XML for other characters, unless names are URL-encoded. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** An element; undefined children are left out. */
export function element(name: string, ...children: (string | undefined)[]): string {
  return `<${name}>${children.filter((child) => child !== undefined).join('')}</${name}>`;
}

export function field(name: string, value: string | number | boolean | undefined): string | undefined {
  return value === undefined ? undefined : element(name, escapeXml(String(value)));
}

export function document(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

/** Parts of a CompleteMultipartUpload: number and etag. */
export function parseParts(xml: string): { number: number; etag: string }[] {
  return [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part]) => ({
    number: Number(/<PartNumber>(\d+)</.exec(part!)?.[1]),
    etag: (/<ETag>(.*?)<\/ETag>/.exec(part!)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#34;', '"'),
  }));
}
