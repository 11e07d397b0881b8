/**
 * Phrases with which writers announce their point (in papers, letters, minutes, reports, mail) and those with which
 * they lead away from it. Weights are points of a passage's prior, see prior.ts.
 */
interface Cue {
  weight: number;
  pattern: RegExp;
}

const CUES: readonly Cue[] = [
  {
    weight: 1,
    pattern:
      /\b(?:in|with|of|goal of|aim of|purpose of) th(?:is|e present) (?:paper|article|work|study|thesis|report|letter|memo|essay|note|talk)\b|\bth(?:is|e present) (?:paper|article|work|study|thesis|report|letter|memo|essay|note|document|guide) (?!is organi[sz]ed)[a-z]+s\b/i,
  },
  {
    weight: 1,
    pattern:
      /\b(?:we|I) (?:(?:also|then|further|now|hereby|therefore|thus|first|here|have|will|jointly|strongly|formally|finally) )*(?:propose|present|introduce|describe|develop|show|shown|demonstrate|demonstrated|argue|conclude|concluded|investigate|explore|report|recommend|find that|found that|decided|agreed|address|examine|hope|believe)\b/i,
  },
  {
    weight: 0.8,
    pattern:
      /\b(?:in (?:short|summary|conclusion|brief|essence|sum|a word)|to (?:sum up|summari[sz]e|conclude)|tl;?dr|all in all|the bottom line|the upshot|above all|most importantly)\b/i,
  },
  {
    weight: 0.7,
    pattern:
      /\b(?:(?:the|our|my) (?:(?:most|first|biggest) )?(?:main|key|central|important|major|primary|overall|chief|core|only) (?!reason why)[a-z]+|(?:the|our|my) (?:goal|aim|purpose|objective|point|conclusion|decision|lesson|recommendation|finding|verdict|contribution)s?|root cause|as a result)\b/i,
  },
  {
    weight: 0.7,
    pattern:
      /\b(?:(?:it was|was|were|has been|have been|is|are|be) (?:decided|agreed|approved|resolved|adopted|rejected|postponed|cancell?ed)|(?:board|committee|council|team|group|meeting|court|government|members?) (?:unanimously )?(?:decided|agreed|approved|resolved|adopted|rejected|voted)|decision|decided to|agreed to|announced|concluded that|(?:am|are) writing (?:to|because)|action items?|next steps?)\b/i,
  },
  {
    weight: 0.5,
    pattern:
      /\b(?:our (?:results?|experiments?|approach|method|model|system|findings?|algorithm|analysis|evaluation|work)|results (?:show|suggest|indicate)|(?:significant|substantial|consistent)(?:ly)? (?:improve|better|higher|outperform|gain|reduc)[a-z]*|outperforms?|novel|new (?:approach|method|model|algorithm|technique|framework)|state[- ]of[- ]the[- ]art)\b/i,
  },
  {
    weight: 0.3,
    pattern:
      /\b(?:must|deadline|by (?:mon|tues|wednes|thurs|fri)day|please|need(?:s|ed)? to|important|therefore|because|instead|turns? out|it is clear)\b/i,
  },
  {
    weight: 0.8,
    pattern:
      /\b(?:in diesem (?:artikel|bericht|brief|papier)|zusammenfass\p{L}*|beschlossen|wir (?:schlagen|zeigen|stellen)|kurz gesagt|en résumé|en conclusion|nous (?:proposons|montrons|présentons)|décidé|en resumen|en conclusión|proponemos|se decidió|in sintesi|em resumo)\b|本(?:研究|論文|稿|文|报告|報告)|要するに|結論|つまり|まとめ|決定|决定|总之|總之|结论|因此|提出|したがって|결론|요약|결정/iu,
  },
  {
    weight: -0.8,
    pattern:
      /\b(?:(?:paper|article|thesis|report) is (?:organi[sz]ed|structured)|the (?:rest|remainder) of th|(?:fig(?:ure|\.)?|tables?|eq(?:uation|\.)?|algorithm|lemma|theorem|listing) ?\(?\d|see (?:section|figure|table|also)|(?:in|of) section \d|as follows|the following (?:table|figure|example|section|equation)|thanks? (?:to|you)|grateful|acknowledg|supported by (?:the|a|grant)|https?:|www\.|copyright|all rights reserved|unsubscribe)/i,
  },
  {
    weight: -0.4,
    pattern:
      /\b(?:for (?:example|instance)|e\.g\.|such as the|suppose|consider (?:the|a)|footnote|note that|recall that|let us)\b/i,
  },
  {
    weight: -0.35,
    pattern:
      /^(?:however|but|and|so|also|or|then|thus|hence|moreover|furthermore|additionally|besides|otherwise|similarly|likewise|consequently|accordingly|nevertheless|nonetheless|yet|still|again|yes|no|well|oh|meanwhile|instead|in addition|on the other hand|in contrast|in particular|specifically|for this reason)\b/i,
  },
  {
    weight: -0.35,
    pattern:
      /^(?:it|they|he|she|this|that|these|those|such|both|here|there|his|her|their|its)\b(?! (?:paper|article|work|study|report|letter|memo|essay))/i,
  },
];

/** Points for the announcing phrases of a sentence, positive and negative ones each bounded. */
export function cuePoints(sentence: string): number {
  let good = 0;
  let bad = 0;
  for (const cue of CUES) {
    if (!cue.pattern.test(sentence)) continue;
    if (cue.weight > 0) good += cue.weight;
    else bad += cue.weight;
  }
  return Math.min(good, 2) + Math.max(bad, -1.5);
}

const TELLING_HEADING =
  /\b(?:abstract|summary|tl;?dr|overview|introduction|conclusions?|concluding|key points?|highlights|outcomes?|decisions?|results? in brief|purpose|zusammenfassung|fazit|einleitung|résumé|resumen|conclusion)\b|摘要|概要|要約|結論|结论|总结|まとめ|はじめに|요약|결론/i;
const SIDE_HEADING =
  /\b(?:related work|references|bibliography|acknowledge?ments?|appendix|appendices|license|licen[cs]e|contents|footnotes|further reading|see also|credits|changelog|experimental (?:setup|settings?)|data ?sets?|background)\b/i;

/** What a section's heading says of its sentences: 1 it gathers the point, -1 it is on the side, else 0. */
export function headingPoints(heading: string): number {
  if (TELLING_HEADING.test(heading)) return 1;
  return SIDE_HEADING.test(heading) ? -1 : 0;
}
