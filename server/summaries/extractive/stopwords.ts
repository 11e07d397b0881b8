/** Words that carry no topic, by language. Frequent words of other languages are damped by their frequency. */
const ENGLISH =
  'a about above after again against all also although am an and any are aren as at be because been before being below ' +
  'between both but by can cannot could couldn did didn do does doesn doing don done down during each either else etc ' +
  'even ever every few for from further get got had hadn has hasn have haven having he hence her here hers herself him ' +
  'himself his how however i if in indeed into is isn it its itself just let ll may me might mine more most much must my ' +
  'myself neither no nor not now of off often on once one only onto or other our ours ourselves out over own per quite ' +
  'rather re said same say says shall she should shouldn since so some such than that the their theirs them themselves ' +
  'then there therefore these they this those though through thus to too two under until up upon us use used using ve ' +
  'very was wasn we well were weren what when where whether which while who whom whose why will with within without won ' +
  'would wouldn yes yet you your yours yourself';
const GERMAN =
  'aber alle als also am an auch auf aus bei bin bis das dass dem den der des die doch du durch ein eine einem einen ' +
  'einer eines er es für hat haben ich ihr im in ist ja kann kein keine man mit nach nicht noch nur oder ohne sein sich ' +
  'sie sind so über um und uns unter vom von vor war waren was wenn wer werden wie wir wird zu zum zur';
const FRENCH =
  'au aux avec ce ces cette comme dans de des du elle en est et été être il ils je la le les leur lui mais même ne nous ' +
  'on ont ou où par pas plus pour qu que qui sa se ses si son sont sur un une vous';
const SPANISH =
  'al como con cuando de del desde donde el ella en entre era es esta este fue ha han hay la las lo los más me mi muy ni ' +
  'no nos o para pero por porque que se ser si sin sobre son su sus también un una y ya yo';
const ITALIAN_PORTUGUESE_DUTCH =
  'che chi come con da dal dalla dei del della di è gli ha il in io la le lo ma nel nella non per più si sono su un una ' +
  'ao aos as com da das do dos e em foi isso mais mas na nas no nos os ou para pela pelo por que se sem ser seu sua um ' +
  'uma aan als bij dat de den die dit door een en er het hij ik in is maar met naar niet nog of om onder ook op over te ' +
  'tot uit van voor was wat werd wie zijn';

export const STOPWORDS: readonly string[] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN_PORTUGUESE_DUTCH,
].flatMap((list) => list.split(' '));
