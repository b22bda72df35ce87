"""Hepburn romanisation of a municipality's name from its kana: a draft that the city itself corrects."""

TABLE = """
ア a イ i ウ u エ e オ o
カ ka キ ki ク ku ケ ke コ ko サ sa シ shi ス su セ se ソ so タ ta チ chi ツ tsu テ te ト to
ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo
ラ ra リ ri ル ru レ re ロ ro ワ wa ヲ o ガ ga ギ gi グ gu ゲ ge ゴ go ザ za ジ ji ズ zu ゼ ze ゾ zo
ダ da ヂ ji ヅ zu デ de ド do バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po
"""
SIGNS = TABLE.split()
SYLLABLES = dict(zip(SIGNS[::2], SIGNS[1::2], strict=True))
GLIDES = {"ャ": "a", "ュ": "u", "ョ": "o"}
PALATALS = {"shi": "sh", "chi": "ch", "ji": "j"}
KINDS = {
    "市": (("シ",), "City"),
    "区": (("ク",), "City"),
    "町": (("チョウ", "マチ"), "Town"),
    "村": (("ソン", "ムラ"), "Village"),
}


def romanise(kana: str) -> str:
    """Write katakana in Hepburn letters without marks for long vowels, as road signs do."""
    sounds: list[str] = []
    doubled = False
    for sign in kana:
        if sign == "ッ":
            doubled = True
            continue
        if sign in GLIDES and sounds:
            sounds.append(_glide(sounds.pop(), GLIDES[sign]))
            continue
        sound = "n" if sign == "ン" else SYLLABLES[sign]
        if doubled:
            sound = ("t" if sound.startswith("ch") else sound[0]) + sound
            doubled = False
        sounds.append(sound)
    return _without_long_vowels(sounds)


def english_name(*, name: str, kana: str) -> str:
    """Write the English name of a municipality: its stem and what kind it is."""
    return f"{stem(name=name, kana=kana).capitalize()} {KINDS[name[-1]][1]}"


def stem(*, name: str, kana: str) -> str:
    """Romanise the name of a municipality without its kind."""
    for ending in KINDS[name[-1]][0]:
        if kana.endswith(ending):
            return romanise(kana.removesuffix(ending))
    raise ValueError(f"{name}: {kana} does not end as {name[-1]} is read")


def _glide(sound: str, vowel: str) -> str:
    for whole, palatal in PALATALS.items():
        if sound.endswith(whole):
            return sound.removesuffix(whole) + palatal + vowel
    return f"{sound[:-1]}y{vowel}"


def _without_long_vowels(sounds: list[str]) -> str:
    written = ""
    for sound, following in zip(sounds, [*sounds[1:], ""], strict=True):
        # In 滝上 and 尾上 the u begins a word of its own (ue).
        follows_o = written.endswith("o") and (sound == "o" or (sound == "u" and following != "e"))
        # Only yu is long before u (夕張): in 松浦 and 勝浦 the u belongs to the next word.
        follows_yu = written.endswith(("yu", "shu", "chu", "ju")) and sound == "u"
        if not (follows_o or follows_yu):
            written += sound
    return written
