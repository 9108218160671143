"""Makes `../data/name_pairs.tsv`: labelled pairs of names, romanized by ICU, which shares nothing with what it measures.

    apt-get install libicu-dev pkg-config g++
    python3 -m venv /tmp/icu && /tmp/icu/bin/pip install PyICU==2.17
    /tmp/icu/bin/python -B make_pairs.py > ../data/name_pairs.tsv

The seed is fixed, so one version of ICU makes one file. ICU's rules for Arabic, Persian and Urdu want vowel marks that
people do not write, and leave letters of the script behind without them: such results are not taken.
"""

import random
import sys
import unicodedata

import icu
import name_lists as names

SEED = 20190609
RANDOM = random.Random(SEED)
TRANSFORMS = {}
PLAIN = "Any-Latin; Latin-ASCII"
ARABIC_SCRIPT = ["Arabic-Latin", "Arabic-Latin/BGN", "Persian-Latin/BGN"]


def transform(rules, text):
    if rules not in TRANSFORMS:
        TRANSFORMS[rules] = icu.Transliterator.createInstance(rules)
    return unicodedata.normalize("NFC", TRANSFORMS[rules].transliterate(text))


class Language:
    """Names of one language in Cyrillic letters, and the transforms that people's programs use for them."""

    def __init__(self, men, women, families, own, feminine=True):
        self.men, self.women, self.families, self.feminine = men, women, families, feminine
        self.transforms = [own + "; Latin-ASCII", own, PLAIN]

    def family(self, sex):
        return self.inflected(RANDOM.choice(self.families), sex)

    def inflected(self, family, sex):
        if sex == "f" and self.feminine:
            if family.endswith(("ов", "ев", "ёв", "ин")):
                return family + "а"
            if family.endswith("ский"):
                return family[:-2] + "ая"
        return family

    def given(self, sex):
        return RANDOM.choice(self.men if sex == "m" else self.women)


RUSSIAN = Language(names.RU_MEN, names.RU_WOMEN, names.RU_FAMILIES, "Russian-Latin/BGN")
KAZAKH = Language(names.KK_MEN, names.KK_WOMEN, names.KK_FAMILIES, "Kazakh-Latin/BGN")
SMALLER = {
    "uk": Language(names.UK_MEN, names.UK_WOMEN, names.UK_FAMILIES, "Ukrainian-Latin/BGN"),
    "be": Language(names.BE_MEN, names.BE_WOMEN, names.BE_FAMILIES, "Belarusian-Latin/BGN"),
    "bg": Language(names.BG_MEN, names.BG_WOMEN, names.BG_FAMILIES, "Bulgarian-Latin/BGN"),
    "ky": Language(names.KY_MEN, names.KY_WOMEN, names.KY_FAMILIES, "Kirghiz-Latin/BGN"),
    "uz": Language(names.UZ_MEN, names.UZ_WOMEN, names.UZ_FAMILIES, "uz_Cyrl-uz_Latn"),
    "mn": Language(names.MN_MEN, names.MN_WOMEN, names.MN_FAMILIES, "Mongolian-Latin/BGN", feminine=False),
}
CYRILLIC = [RUSSIAN, RUSSIAN, KAZAKH, KAZAKH, *SMALLER.values()]
# How Russian writes the letters that only Kazakh has.
IN_RUSSIAN = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")

ARAB = [(names.spelled(names.ARAB_MEN), "m"), (names.spelled(names.ARAB_WOMEN), "f")]
ARAB_FAMILIES = names.spelled(names.ARAB_FAMILIES)
LATIN_GIVEN = [names.LATIN_MEN, names.LATIN_WOMEN]


def romanized(language, family, given, rules=None, native=0.0):
    rules = rules or RANDOM.choice(language.transforms)
    shown = RANDOM.random() < native
    return transform(rules, family), transform(rules, given), f"{family} {given}" if shown else ""


def two(language):
    """Two different transforms, and the original script on one side at most: on both sides it would be too easy."""
    return zip(RANDOM.sample(language.transforms, 2), (0.3, 0.0))


def same_cyrillic(language):
    sex = RANDOM.choice("mf")
    family, given = language.family(sex), language.given(sex)
    (first, native), (second, none) = two(language)
    return romanized(language, family, given, first, native), romanized(language, family, given, second, none)


def same_kazakh():
    """Filed once from the Kazakh spelling and once from the Russian one."""
    sex = RANDOM.choice("mf")
    family, given = KAZAKH.family(sex), KAZAKH.given(sex)
    russian = romanized(RUSSIAN, family.translate(IN_RUSSIAN), given.translate(IN_RUSSIAN), native=0.5)
    return romanized(KAZAKH, family, given), russian


def same_watch_cyrillic():
    """A list has the name in the original script alone."""
    language = RANDOM.choice(CYRILLIC)
    sex = RANDOM.choice("mf")
    family, given = language.family(sex), language.given(sex)
    return romanized(language, family, given), ("", "", RANDOM.choice([f"{family} {given}", f"{given} {family}"]))


def patronymic(father, sex):
    if father[-1] in "бвгдзклмнпрстфх":
        return father + ("ович" if sex == "m" else "овна")
    if father.endswith("ей"):
        return father[:-1] + ("евич" if sex == "m" else "евна")
    if father.endswith("ий"):
        return father[:-2] + ("иевич" if sex == "m" else "иевна")
    return None


def with_patronymic(sex, father=None):
    while True:
        found = patronymic(father or RANDOM.choice(RUSSIAN.men), sex)
        if found or father:
            return found


def same_patronymic():
    sex = RANDOM.choice("mf")
    family, given = RUSSIAN.family(sex), RUSSIAN.given(sex)
    long = f"{given} {with_patronymic(sex)}"
    (first, native), (second, none) = two(RUSSIAN)
    return romanized(RUSSIAN, family, long, first, native), romanized(RUSSIAN, family, given, second, none)


def same_swapped():
    one, (family, given, native) = same_cyrillic(RANDOM.choice(CYRILLIC))
    return one, (given, family, native)


def same_typo():
    """One slip in a name of eight letters or more."""
    while True:
        one, (family, given, native) = same_cyrillic(RANDOM.choice(CYRILLIC))
        if len(family) >= 8 and family.isalpha():
            return one, (mistyped(family), given, native)


def mistyped(name):
    place = RANDOM.randrange(1, len(name) - 1)
    slip = RANDOM.choice(["left out", "another", "exchanged", "too many"])
    letter = RANDOM.choice("abdeiklmnorstuv")
    after = {"left out": name[place + 1 :], "another": letter + name[place + 1 :], "too many": letter + name[place:]}
    return name[:place] + after.get(slip, name[place + 1] + name[place] + name[place + 2 :])


def arab(sex=None):
    pool, sex = ARAB[0] if sex == "m" else ARAB[1] if sex == "f" else RANDOM.choice(ARAB)
    return RANDOM.choice(ARAB_FAMILIES), RANDOM.choice(pool), sex


def usual(family, given, native=0.0):
    """As passports have it, by the lists: ICU knows no vowels that are not written."""
    shown = f"{given[0]} {family[0]}" if RANDOM.random() < native else ""
    return RANDOM.choice(family[1]), RANDOM.choice(given[1]), shown


def same_arabic_usual():
    family, given, _ = arab()
    return usual(family, given), usual(family, given)


def by_letters(family, given):
    """ICU's romanization of what is written, which has no short vowels; None if it left letters behind."""
    rules = RANDOM.choice([PLAIN, *(f"{script}; Latin-ASCII" for script in ARABIC_SCRIPT)])
    found = [transform(rules, name) for name in (family[0], given[0])]
    behind = any("ARABIC" in unicodedata.name(letter, "") for name in found for letter in name)
    return None if behind else (*found, "")


def same_arabic_letters():
    family, given, _ = arab()
    return usual(family, given), by_letters(family, given)


def same_watch_arabic():
    family, given, _ = arab()
    return usual(family, given), ("", "", RANDOM.choice([f"{given[0]} {family[0]}", f"{family[0]} {given[0]}"]))


def same_arabic_cyrillic():
    """The Russian spelling that ICU makes of a romanization, against the Arabic original."""
    family, given, _ = arab()
    latin = usual(family, given)
    return ("", "", transform("Latin-Cyrillic", f"{latin[1]} {latin[0]}")), (*usual(family, given)[:2], f"{given[0]} {family[0]}")


def same_kazakh_arabic():
    sex = RANDOM.choice("mf")
    family, given = KAZAKH.family(sex), KAZAKH.given(sex)
    return romanized(KAZAKH, family, given), ("", "", transform(RANDOM.choice(["kk-ar", "kk-fa"]), f"{given} {family}"))


def latin(family=None, given=None):
    return family or RANDOM.choice(names.LATIN_FAMILIES), given or RANDOM.choice(RANDOM.choice(LATIN_GIVEN))


def same_latin():
    family, given = latin()
    rules = RANDOM.choice(["Latin-ASCII", "de-ASCII", "Latin-ASCII; Upper", "NFD; [:Nonspacing Mark:] Remove; NFC"])
    return (family, given, ""), (transform(rules, family), transform(rules, given), "")


def same_hyphen():
    while True:
        (family, given, _), other = same_latin()
        if "-" in family + given or " " in given:
            change = RANDOM.choice([lambda name: name.replace("-", " "), lambda name: name.replace("-", "").replace(" ", "")])
            return other, (change(family), change(given), "")


def same_middle():
    family, given = latin()
    other = RANDOM.choice(RANDOM.choice(LATIN_GIVEN))
    return (family, f"{given} {other}", ""), (transform("Latin-ASCII", family), transform("Latin-ASCII", given), "")


def same_phonetic():
    given, family = RANDOM.choice(names.PHONETIC).rsplit(" ", 1)
    rules = RANDOM.choice(["Latin-Cyrillic", "Latin-Russian/BGN"])
    return (family, given, ""), ("", "", transform(rules, f"{given} {family}"))


def same_mononym():
    name = RANDOM.choice([transform(rules, RANDOM.choice(names.KK_FAMILIES)) for rules in KAZAKH.transforms] + names.MONONYMS)
    other = RANDOM.choice([name.upper(), name])
    return (name, "", ""), ("", "", transform("Latin-Cyrillic", other))


def different_given():
    language = RANDOM.choice(CYRILLIC)
    sex = RANDOM.choice("mf")
    family = language.family(sex)
    first, second = RANDOM.sample(language.men if sex == "m" else language.women, 2)
    return romanized(language, family, first, native=0.5), romanized(language, family, second, native=0.5)


def different_family():
    language = RANDOM.choice(CYRILLIC)
    sex = RANDOM.choice("mf")
    given = language.given(sex)
    first, second = (language.inflected(family, sex) for family in RANDOM.sample(language.families, 2))
    return romanized(language, first, given, native=0.5), romanized(language, second, given, native=0.5)


def different_brothers():
    sex = RANDOM.choice("mf")
    family, father = RUSSIAN.family(sex), with_patronymic(sex)
    first, second = RANDOM.sample(RUSSIAN.men if sex == "m" else RUSSIAN.women, 2)
    return tuple(romanized(RUSSIAN, family, f"{given} {father}", native=0.5) for given in (first, second))


def different_son():
    family, father, son = RUSSIAN.family("m"), *RANDOM.sample(RUSSIAN.men, 2)
    grandfather, name = with_patronymic("m"), patronymic(father, "m")
    if not name:
        return None
    return romanized(RUSSIAN, family, f"{father} {grandfather}"), romanized(RUSSIAN, family, f"{son} {name}", native=0.5)


def different_arab_son():
    """Chains of names: what a son is called has all of the father's in another order, or all but one."""
    (family, father, _), (_, son, _) = arab("m"), arab("m")
    one, other = usual(family, father), usual(family, son)
    return one, (other[0], f"{other[1]} {RANDOM.choice(father[1])}", "")


def different_sex():
    language = RANDOM.choice([RUSSIAN, KAZAKH])
    family = RANDOM.choice(language.families)
    man, woman = RANDOM.choice(language.men), RANDOM.choice(language.women)
    return romanized(language, family, man, native=0.5), romanized(language, language.inflected(family, "f"), woman)


def different_like_given():
    first, second = RANDOM.choice(names.LIKE_GIVEN).split()
    family = RUSSIAN.family("m")
    return romanized(RUSSIAN, family, first, native=0.3), romanized(RUSSIAN, family, second, native=0.3)


def different_like_family():
    first, second = RANDOM.choice(names.LIKE_FAMILY).split()
    sex = RANDOM.choice("mf")
    given = RUSSIAN.given(sex)
    one, other = RUSSIAN.inflected(first, sex), RUSSIAN.inflected(second, sex)
    return romanized(RUSSIAN, one, given, native=0.3), romanized(RUSSIAN, other, given, native=0.3)


def different_like_latin():
    first, second = RANDOM.choice(names.LIKE_LATIN).split()
    family, _ = latin()
    return (family, first, ""), (transform("Latin-ASCII", family), second, "")


def different_like_arabic():
    family = RANDOM.choice(ARAB_FAMILIES)
    first, second = RANDOM.choice(names.LIKE_ARABIC).split()
    spellings = {entry[0]: entry for pool, _ in ARAB for entry in pool}
    if first not in spellings:
        return None
    return usual(family, spellings[first]), ("", "", f"{second} {family[0]}")


def different_arabic():
    family, given, sex = arab()
    other_family, other, _ = arab(sex)
    if RANDOM.random() < 0.5:
        other_family = family
    else:
        other = given
    if (other_family[0], other[0]) == (family[0], given[0]):
        return None
    shown = RANDOM.choice([("", "", f"{other[0]} {other_family[0]}"), usual(other_family, other, 0.5)])
    return usual(family, given, 0.3), shown


def different_latin():
    (family, given), (other_family, other) = latin(), latin()
    return (family, given, ""), RANDOM.choice([(family, other, ""), (other_family, given, "")])


def anybody():
    kind = RANDOM.choice(["cyrillic", "cyrillic", "arab", "latin"])
    if kind == "cyrillic":
        language, sex = RANDOM.choice(CYRILLIC), RANDOM.choice("mf")
        return romanized(language, language.family(sex), language.given(sex), native=0.5)
    return usual(*arab()[:2], 0.5) if kind == "arab" else (*latin(), "")


def different_watch():
    """A list's entry in the original script with one name in common."""
    language, sex = RANDOM.choice(CYRILLIC), RANDOM.choice("mf")
    family, given, other = language.family(sex), language.given(sex), language.given(sex)
    return None if given == other else (romanized(language, family, given), ("", "", f"{family} {other}"))


SAME = [(lambda: same_cyrillic(RUSSIAN), "russian", 200), (same_kazakh, "kazakh-or-russian", 200)]
SAME += [(lambda language=language: same_cyrillic(language), name, 40) for name, language in SMALLER.items()]
SAME += [
    (same_watch_cyrillic, "list-in-cyrillic", 140),
    (same_arabic_usual, "arabic-usual", 140),
    (same_arabic_letters, "arabic-by-letters", 60),
    (same_watch_arabic, "list-in-arabic", 120),
    (same_arabic_cyrillic, "arabic-in-cyrillic", 40),
    (same_kazakh_arabic, "kazakh-in-arabic", 30),
    (same_latin, "latin-marks", 140),
    (same_hyphen, "hyphen", 70),
    (same_middle, "middle-name-dropped", 70),
    (same_patronymic, "patronymic-dropped", 120),
    (same_swapped, "swapped", 120),
    (same_typo, "typo", 100),
    (same_phonetic, "latin-in-cyrillic", 30),
    (same_mononym, "mononym", 40),
]
DIFFERENT = [
    (different_given, "other-given", 250),
    (different_family, "other-family", 200),
    (different_brothers, "brothers", 120),
    (different_son, "son-of", 60),
    (different_arab_son, "son-of-arab", 30),
    (different_sex, "man-and-woman", 100),
    (different_like_given, "like-given", 140),
    (different_like_family, "like-family", 140),
    (different_like_latin, "like-latin", 60),
    (different_like_arabic, "like-arabic", 40),
    (different_arabic, "other-arab", 150),
    (different_latin, "other-latin", 100),
    (different_watch, "list-other-given", 100),
    (lambda: (anybody(), anybody()), "random", 300),
]


def distinct(make, wanted):
    """As many different pairs as are wanted, of sides whose Latin names are not the same to the letter."""
    pairs = {}
    for _ in range(200 * wanted):
        pair = make()
        if len(pairs) < wanted and pair and all(pair) and pair[0][:2] != pair[1][:2]:
            pairs[pair] = None
    return list(pairs)


def main():
    print(f"# Made by make_pairs.py with ICU {icu.ICU_VERSION} (PyICU {icu.VERSION}), seed {SEED}. Do not edit: make it again.")
    print("label\tsplit\ta_family\ta_given\ta_native\tb_family\tb_given\tb_native\tkind")
    for label, kinds in (("same", SAME), ("different", DIFFERENT)):
        for make, kind, wanted in kinds:
            pairs = distinct(make, wanted)
            print(kind, len(pairs), file=sys.stderr)
            for index, (one, other) in enumerate(pairs):
                split = "development" if index % 2 == 0 else "held-out"
                print("\t".join([label, split, *one, *other, kind]))


if __name__ == "__main__":
    main()
