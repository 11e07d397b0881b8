import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { summarizeText } from '../support/summarize-text.ts';

const example = (name: string): string =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

describe('extractive summarizer, by format', () => {
  it('Markdown: prose and list items without marks; no front matter, code, tables or headings', async () => {
    const notes = await summarizeText(example('notes.md'), {
      key: 'notes.md',
      maxWords: 200,
      style: 'bullets',
    });
    expect(notes).to.include('- The goal is to retire the RabbitMQ cluster by the end of September');
    expect(notes).to.include('a full disk on mq-2 blocked every producer');
    expect(notes).not.to.match(/\*\*|`|\]\(|\[ \]|\[x\]|--from|\| effort|# |risk/);
    const text =
      '---\ntitle: Ferries\nowner: nobody at all would ever read this line\n---\n\nSetext heading\n==============\n\nThe *old* ferry was [sold](https://example.com/a_b) in **May** to the `island` council.\n';
    expect(await summarizeText(text, { key: 'a.md' })).to.equal(
      'The old ferry was sold in May to the island council.',
    );
  });

  it('minutes: what was decided, not who was present', async () => {
    const minutes = await summarizeText(example('minutes.md'), { key: 'minutes.md', maxWords: 120 });
    expect(minutes.match(/Decided: /g)).to.have.length(3);
    expect(minutes).not.to.match(/Present|Apologies|opened at|closed at/);
  });

  it('log: how many lines of each kind, and the most severe ones with how often they came', async () => {
    const log = await summarizeText(example('server.log'), {
      key: 'server.log',
      style: 'bullets',
      maxWords: 100,
    });
    expect(log.split('\n')[0]).to.equal(
      '- 198 log lines from 2026-10-03T04:00:00Z to 2026-10-03T05:07:07Z: 14 errors (1 fatal) and 11 warnings.',
    );
    expect(log).to.include('ERROR disk full on db-1.internal');
    expect(log).to.match(/ERROR request failed: POST \/cart 503 .* \(7 times, last 04:48:28\)/);
    expect(log).not.to.match(/INFO|pg-pool/);
    const tldr = await summarizeText(example('server.log'), { key: 'noending', style: 'tldr' });
    expect(tldr).to.match(/11 warnings\. .* FATAL circuit breaker checkout opened/);
  });

  it('log in JSON lines, and a web server’s', async () => {
    const lines = [30, 50, 50, 40].map((level, i) =>
      JSON.stringify({ level, time: 1_790_000_000_000 + i, msg: `job ${i} ended badly` }),
    );
    expect(await summarizeText(lines.join('\n'))).to.match(
      /^4 log lines .*: 2 errors and 1 warning\..* ERROR job 1 ended badly \(2 times/,
    );
    const access =
      '10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a/1 HTTP/1.1" 500 12 "-" "curl/8"\n'.repeat(3);
    expect(await summarizeText(access)).to.match(
      /3 errors.* ERROR GET \/a\/1 answered 500 \(3 times, last 13:55:36\)/,
    );
  });

  it('table: its size, its columns and what stands in them', async () => {
    const table = await summarizeText(example('orders.csv'), { key: 'orders.csv', maxWords: 120 });
    expect(table).to.match(/^A table of 140 rows and 8 columns: order_id, date, region, product, /);
    expect(table).to.include('region: North (60), East (36), South (28), West (16).');
    expect(table).to.include('quantity: 1 to 6, mean 2.46, sum 345.');
    const row = await summarizeText('name;city;note\nAda;Rome;"left; came back"\nBo;Oslo;ill\nCy;Rome;\n', {
      focus: 'Oslo',
    });
    expect(row).to.include('Row 2: name Bo, city Oslo, note ill.');
  });

  it('mail: the message, not its headers, signature or what it answers', async () => {
    const mail = await summarizeText(example('mail-thread.eml'), { key: 'mail-thread.eml', maxWords: 110 });
    expect(mail).to.match(
      /^We accept option B, the climate-controlled van with two drivers, for 2,950 euros\./,
    );
    expect(mail).not.to.match(/Message-ID|lumen-museum|Registrar|wrote:|>|Hello|regards/);
  });

  it('transcript: who said it, named when the speaker changes', async () => {
    const talk =
      '[00:00:05] Anna Berg: Good morning everybody, shall we begin with the budget?\n[00:00:09] Tom: We spent forty thousand on the roof.\n[00:00:20] Anna Berg: So we decided last week to postpone the heating until spring. The choir must be told by Friday.\n[00:00:31] Tom: I agree, because nobody uses the hall in winter anyway.\n';
    const summary = await summarizeText(talk, { maxWords: 30 });
    expect(summary).to.match(/Anna Berg: So we decided last week to postpone the heating until spring\./);
    expect(summary).not.to.match(/00:00|\[|begin with/);
    expect(await summarizeText(example('interview.txt'), { key: 'interview.txt', style: 'tldr' })).to.equal(
      'ROSA MENDES: In the end it was the habit that closed the bakery and not the supermarket.',
    );
    const subtitles =
      '1\n00:00:01,000 --> 00:00:04,000\nWe keep the oldest\n\n2\n00:00:04,500 --> 00:00:08,000\nlifeboat on this coast, built in 1902.\n';
    expect(await summarizeText(subtitles, { key: 'a.srt' })).to.equal(
      'We keep the oldest lifeboat on this coast, built in 1902.',
    );
  });

  it('Chinese, Japanese and Korean: whole sentences, words counted as the script writes them', async () => {
    const japanese = await summarizeText(example('hashi.txt'), { key: 'hashi.txt', maxWords: 100 });
    expect(japanese)
      .to.match(/^[^ ]+。$/)
      .and.include('決定した。');
    const chinese =
      '市政府上周宣布，市立图书馆将于明年三月开始改造，工程预计持续十八个月。改造费用约为两亿元。总之，改造之后图书馆的面积将增加一倍。';
    expect(await summarizeText(chinese, { style: 'tldr', maxWords: 40 })).to.match(/^[^。]+。$/);
    expect(await summarizeText(chinese, { maxWords: 3 })).to.match(/^[^。]{2,8}…$/);
    const korean = '손님 이백 명이 돈을 모아 임대료를 함께 내기로 결정했다. 지금 서점은 조합이 운영한다.';
    expect(await summarizeText(korean, { style: 'tldr' })).to.equal(
      '손님 이백 명이 돈을 모아 임대료를 함께 내기로 결정했다.',
    );
  });

  it('code: the names it defines and what its comments say, never its statements', async () => {
    const code =
      '// Copyright 2026 Nobody. All rights reserved.\n\n/**\n * Counts the boats that pass the lock in a day.\n * @param day of the year\n */\nexport function countBoats(day) {\n  const total = boats.filter((b) => b.day === day).length; // quick\n  return total;\n}\nclass Lock {}\n';
    const summary = await summarizeText(code, { key: 'lock.js' });
    expect(summary).to.match(
      /^10 lines of code, defining countBoats, Lock\. Counts the boats that pass the lock in a day\./,
    );
    expect(summary).not.to.match(/filter|@param|Copyright/);
    const python =
      '#!/usr/bin/env python3\n"""Waters the garden when the soil has been dry for two days."""\n\ndef water(bed):\n    pump.on(bed)\n';
    expect(await summarizeText(python, { key: 'water' })).to.include(
      'defining water. Waters the garden when the soil has been dry',
    );
  });

  it('JSON: its outermost names and the sentences in it', async () => {
    const summary = await summarizeText(
      '{\n  "name": "lock",\n  "about": "Counts the boats that \\"pass\\" the lock in a day.",\n  "sizes": [1, 2]\n}\n',
      { key: 'a.json' },
    );
    expect(summary).to.equal(
      'A JSON object with name, about, sizes. Counts the boats that "pass" the lock in a day.',
    );
    expect(await summarizeText('[{"id": 1}, {"id": 2}, {"id": 3}]')).to.equal(
      'A JSON list of 3 items with id.',
    );
  });

  it('HTML: its text', async () => {
    const page =
      '<!doctype html>\n<html><head><style>p { color: red }</style></head>\n<body><h1>Clocks</h1>\n<script>var a = "Some words that nobody should read here.";</script>\n<p>The museum of clocks is open from <b>Tuesday</b>, but\nclosed on Mondays &amp; holidays.</p></body></html>\n';
    expect(await summarizeText(page)).to.equal(
      'The museum of clocks is open from Tuesday, but closed on Mondays & holidays.',
    );
  });

  it('lines without punctuation stay apart', async () => {
    expect(
      await summarizeText('buy milk for the week\ncall tom about the boat\nfix the garden gate\n', {
        style: 'bullets',
      }),
    ).to.equal('- buy milk for the week\n- call tom about the boat\n- fix the garden gate');
  });
});
