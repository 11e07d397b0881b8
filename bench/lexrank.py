"""LexRank of sumy (PyPI) on JSON lines {"sentences": [...]}: prints, a line each, the scores of the sentences.

The sentences arrive split, so that every system of the bench chooses among the same ones; sumy's own splitter needs
data of NLTK that has to be downloaded apart.
"""

import json
import re
import sys

from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words


class Words:
    def to_words(self, text):
        return tuple(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower()))


class Scores(LexRankSummarizer):
    """Keeps the ratings that sumy would pick the best sentences by."""

    def _get_best_sentences(self, sentences, count, rating, *args, **kwargs):
        self.ratings = [rating[sentence] for sentence in sentences]
        return super()._get_best_sentences(sentences, count, rating, *args, **kwargs)


summarizer = Scores(Stemmer("english"))
summarizer.stop_words = get_stop_words("english")
for line in sys.stdin:
    texts = json.loads(line)["sentences"]
    document = ObjectDocumentModel([Paragraph([Sentence(text, Words()) for text in texts])])
    summarizer(document, len(texts))
    print(json.dumps(summarizer.ratings), flush=True)
