/** Patterns for single lines that more than one reader needs. */
export const MAIL_HEADER =
  /^(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|Received|Return-Path|MIME-Version|Content-[\w-]+|In-Reply-To|References|X-[\w-]+|List-[\w-]+|DKIM-[\w-]+|User-Agent|Delivered-To|Importance|Priority|Betreff|Von|An|Datum):\s/i;

const SPEAKER =
  /^\s*(?:[[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s*[-–]?\s*)?(\*\*|__)?(\p{L}[\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]+){0,3})(?:\s*[[(][^\])]{1,20}[\])])?\s*(?::(?:\*\*|__)?|(?:\*\*|__):|：)\s*(?=\S)/u;
const NO_SPEAKER =
  /^(?:info|warn|warning|error|debug|trace|fatal|https?|note|from|to|cc|date|subject|re|sent|todo)$/i;

/** Who begins to speak in this line of a transcript (`ANNA: ...`, `[00:12] Anna: ...`, `**Anna:** ...`). */
export function speakerOf(line: string): { name: string; rest: string } | undefined {
  const match = SPEAKER.exec(line);
  if (match === null || NO_SPEAKER.test(match[2]!)) return undefined;
  return { name: match[2]!, rest: line.slice(match[0].length) };
}
