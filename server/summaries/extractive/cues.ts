/**
 * Phrases with which writers announce their point (in papers, letters, minutes, reports, mail) and those with which
 * they lead away from it. The weights are points of a passage's prior, see prior.ts.
 */
interface Cue {
  weight: number;
  /** The pattern can only match where one of these words stands: spares trying it on every sentence. */
  words?: string;
  pattern: RegExp;
}

const WRITING = 'paper article work study thesis report letter memo essay note talk document guide';

const CUES: readonly Cue[] = [
  {
    weight: 1,
    words: WRITING,
    pattern:
      /\b(?:in|with|of|goal of|aim of|purpose of) th(?:is|e present) (?:paper|article|work|study|thesis|report|letter|memo|essay|note|talk)\b|\bth(?:is|e present) (?:paper|article|work|study|thesis|report|letter|memo|essay|note|document|guide) [a-z]+s\b/i,
  },
  {
    weight: 1,
    words:
      'propose present introduce describe develop show shown demonstrate demonstrated argue conclude concluded investigate explore report recommend find found decided agreed address examine hope believe',
    pattern:
      /\b(?:we|I) (?:(?:also|then|further|now|hereby|therefore|thus|first|here|have|will|jointly|strongly|formally|finally) )*(?:propose|present|introduce|describe|develop|show|shown|demonstrate|demonstrated|argue|conclude|concluded|investigate|explore|report|recommend|find that|found that|decided|agreed|address|examine|hope|believe)\b/i,
  },
  {
    weight: 0.8,
    words:
      'short summary conclusion brief essence sum word summarize summarise conclude tldr tl all line upshot above importantly',
    pattern:
      /\b(?:in (?:short|summary|conclusion|brief|essence|sum|a word)|to (?:sum up|summari[sz]e|conclude)|tl;?dr|all in all|the bottom line|the upshot|above all|most importantly)\b/i,
  },
  {
    weight: 0.7,
    words:
      'main key central important major primary overall chief core only goal goals aim aims purpose purposes objective objectives point points conclusion conclusions decision decisions lesson lessons recommendation recommendations finding findings verdict contribution contributions argument arguments claim claims conviction cause result',
    pattern:
      /\b(?:(?:the|our|my) (?:(?:most|first|biggest) )?(?:main|key|central|important|major|primary|overall|chief|core|only) [a-z]+|(?:the|our|my) (?:goal|aim|purpose|objective|point|conclusion|decision|lesson|recommendation|finding|verdict|contribution|argument|claim|conviction)s?|root cause|as a result)\b/i,
  },
  {
    weight: 0.7,
    words:
      'decided agreed approved resolved adopted rejected postponed canceled cancelled voted decision announced concluded writing action next',
    pattern:
      /\b(?:(?:it was|was|were|has been|have been|is|are|be) (?:decided|agreed|approved|resolved|adopted|rejected|postponed|cancell?ed)|(?:board|committee|council|team|group|meeting|court|government|members?) (?:unanimously )?(?:decided|agreed|approved|resolved|adopted|rejected|voted)|decision|decided to|agreed to|announced|concluded that|(?:am|are) writing (?:to|because)|action items?|next steps?)\b/i,
  },
  {
    weight: 0.5,
    words:
      'our results significant significantly substantial substantially consistent consistently outperform outperforms novel new art',
    pattern:
      /\b(?:our (?:results?|experiments?|approach|method|model|system|findings?|algorithm|analysis|evaluation|work)|results (?:show|suggest|indicate)|(?:significant|substantial|consistent)(?:ly)? (?:improve|better|higher|outperform|gain|reduc)[a-z]*|outperforms?|novel|new (?:approach|method|model|algorithm|technique|framework)|state[- ]of[- ]the[- ]art)\b/i,
  },
  {
    weight: 0.3,
    words:
      'must deadline monday tuesday wednesday thursday friday please need needs needed important therefore because instead turn turns clear',
    pattern:
      /\b(?:must|deadline|by (?:mon|tues|wednes|thurs|fri)day|please|need(?:s|ed)? to|important|therefore|because|instead|turns? out|it is clear)\b/i,
  },
  {
    weight: 1.2,
    words:
      'decided decision agreed resolved action outcome conclusion result verdict recommendation beschluss beschlossen ergebnis',
    pattern:
      /^(?:decided|decisions?|agreed|resolved|actions?|outcome|conclusions?|results?|verdict|recommendations?|beschluss|beschlossen|ergebnis)\s*:/i,
  },
  {
    weight: 0.7,
    words:
      'end why question problem reason test lesson trouble difference answer matters learned realized realised',
    pattern:
      /\b(?:in the end|that is why|the (?:real |only |whole |big )?(?:question|problem|reason|test|lesson|trouble|difference|answer) (?:is|was|that|why)|what (?:really )?matters|I (?:have )?(?:learned|reali[sz]ed))\b/i,
  },
  {
    weight: 0.8,
    words:
      'diesem zusammenfassend zusammengefasst zusammenfassung beschlossen wir kurz résumé conclusion nous décidé resumen conclusión proponemos decidió sintesi resumo',
    pattern:
      /\b(?:in diesem (?:artikel|bericht|brief|papier)|zusammenfassend|zusammengefasst|zusammenfassung|beschlossen|wir (?:schlagen|zeigen|stellen)|kurz gesagt|en résumé|en conclusion|nous (?:proposons|montrons|présentons)|décidé|en resumen|en conclusión|proponemos|se decidió|in sintesi|em resumo)(?!\p{L})/iu,
  },
  {
    weight: -0.8,
    words:
      'organized organised structured rest remainder figure fig table tables eq equation algorithm lemma theorem listing see section follows following thank thanks grateful acknowledge acknowledges acknowledged acknowledgement acknowledgements acknowledgment acknowledgments supported http https www copyright rights unsubscribe',
    pattern:
      /\b(?:(?:paper|article|thesis|report) is (?:organi[sz]ed|structured)|the (?:rest|remainder) of th|(?:fig(?:ure|\.)?|tables?|eq(?:uation|\.)?|algorithm|lemma|theorem|listing) ?\(?\d|see (?:section|figure|table|also)|(?:in|of) section \d|as follows|the following (?:table|figure|example|section|equation)|thanks? (?:to|you)|grateful|acknowledg|supported by (?:the|a|grant)|https?:|www\.|copyright|all rights reserved|unsubscribe)/i,
  },
  {
    weight: -0.6,
    words: 'good hello hi hey welcome sorry',
    pattern: /^(?:good (?:morning|afternoon|evening)|hello|hi|hey|welcome|sorry)\b/i,
  },
  {
    weight: -1,
    words: 'meeting',
    pattern: /\b(?:the|next) meeting(?::| (?:was |is )?(?:opened|closed|closes|began|ended|adjourned))/i,
  },
  {
    weight: -0.6,
    words: 'section subsection sections chapter',
    pattern: /\b(?:th(?:is|e (?:next|previous|following)) (?:subsection|section|chapter)|sections? \d)/i,
  },
  {
    weight: -0.4,
    words: 'example instance such suppose consider footnote note recall let eg',
    pattern:
      /\b(?:for (?:example|instance)|such as the|suppose|consider (?:the|a)|footnote|note that|recall that|let us)\b/i,
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

const UNSPACED_CUE =
  /本(?:研究|論文|稿|文|报告|報告)|要するに|結論|つまり|まとめ|決定|决定|总之|總之|结论|因此|提出|したがって|결론|요약|결정/;
const UNSPACED_WEIGHT = 1;
const UNSPACED_BIT = 1 << CUES.length;
const ALWAYS = CUES.reduce((bits, cue, i) => (cue.words === undefined ? bits | (1 << i) : bits), 0);

/** Each word that opens the way to a phrase, with the bits of the phrases. */
export const CUE_WORDS: ReadonlyMap<string, number> = CUES.reduce((words, cue, i) => {
  for (const word of cue.words?.split(' ') ?? []) words.set(word, (words.get(word) ?? 0) | (1 << i));
  return words;
}, new Map<string, number>());

/** The bit for text in Chinese, Japanese or Korean script. */
export const CUE_UNSPACED = UNSPACED_BIT;

/**
 * Points for the announcing phrases of a sentence, positive and negative ones each bounded.
 * @param bits the CUE_WORDS that the sentence holds; all phrases are tried without it
 */
export function cuePoints(sentence: string, bits = -1): number {
  let good = (bits & UNSPACED_BIT) !== 0 && UNSPACED_CUE.test(sentence) ? UNSPACED_WEIGHT : 0;
  let bad = 0;
  for (let i = 0; i < CUES.length; i++) {
    const { weight, pattern } = CUES[i]!;
    if (((bits | ALWAYS) & (1 << i)) === 0 || !pattern.test(sentence)) continue;
    if (weight > 0) good += weight;
    else bad += weight;
  }
  return Math.min(good, 2) + Math.max(bad, -1.5);
}
