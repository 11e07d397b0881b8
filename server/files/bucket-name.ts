/**
 * A name by the rules for names of buckets (Amazon S3 user guide, "General purpose bucket naming rules"): 3 to 63
 * lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no IPv4 address.
 */
export function bucketName(text: string): string {
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/\.{2,}|\.-|-\./g, '-')
    .slice(0, 63)
    .replace(/^[.-]+|[.-]+$/g, '');
  if (name === '') return 'local-files';
  return name.length < 3 || /^\d+\.\d+\.\d+\.\d+$/.test(name) ? `${name.replaceAll('.', '-')}-files` : name;
}
