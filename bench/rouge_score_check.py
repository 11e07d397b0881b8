"""ROUGE by Google's `rouge-score` (PyPI) on JSON lines {"summary", "references"}: prints [R1, R2, RL] F1, a line each."""

import json
import sys

from rouge_score.rouge_scorer import RougeScorer

MEASURES = ["rouge1", "rouge2", "rougeL"]
scorer = RougeScorer(MEASURES, use_stemmer=True)
for line in sys.stdin:
    pair = json.loads(line)
    scores = scorer.score_multi(pair["references"], pair["summary"])
    print(json.dumps([scores[measure].fmeasure for measure in MEASURES]))
