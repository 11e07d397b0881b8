const TELLING =
  /\b(?:abstract|summary|tl;?dr|overview|in (?:short|brief|a nutshell)|bottom line|takeaways?|lessons?|goals?|introduction|conclusions?|concluding|key points?|highlights|outcomes?|decisions?|resolutions?|action items|next steps|results? in brief|purpose|zusammenfassung|fazit|einleitung|résumé|resumen)\b|摘要|概要|要約|結論|结论|总结|まとめ|はじめに|요약|결론/i;
const ON_THE_SIDE =
  /\b(?:related work|references|bibliography|acknowledge?ments?|appendix|appendices|licen[cs]e|contents|footnotes|further reading|see also|credits|changelog|experimental (?:setup|settings?)|data ?sets?|background)\b/i;

/** What a section's heading says of its sentences: 1 it gathers the point, -1 it is on the side, else 0. */
export function headingPoints(heading: string): number {
  if (TELLING.test(heading)) return 1;
  return ON_THE_SIDE.test(heading) ? -1 : 0;
}
