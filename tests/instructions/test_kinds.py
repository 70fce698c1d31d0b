"""One response that follows and one that does not, worked out by hand, for every kind of IFBench and open-instruct."""

from typing import Any

import pytest

from judge.instructions.kinds import IFBENCH, IFEVALG
from judge.instructions.registry import check

ALPHABET = " ".join(f"{chr(letter).upper()}lso here it goes on." for letter in range(ord("a"), ord("z") + 1))
CAPITALS = (
    "Reykjavik, Helsinki, Oslo, Tallinn, Stockholm, Riga, Moscow, Copenhagen, Vilnius, Minsk, Dublin, Berlin, "
    "Amsterdam, Warsaw, London, Brussels, Kyiv, Prague, Luxembourg, Paris, Vienna, Bratislava, Budapest, Vaduz, "
    "Chișinău, Bern, Ljubljana, Zagreb"
)
AFRICA = (
    "Zimbabwe Zambia Uganda Tunisia Togo Tanzania Sudan South_Sudan South_Africa Somalia Sierra_Leone "
    "Seychelles Senegal São_Tomé_and_Príncipe Rwanda Nigeria Niger Namibia Mozambique Morocco Mauritius "
    "Mauritania Mali Malawi Madagascar Libya Liberia Lesotho Kenya Ivory_Coast Guinea-Bissau Guinea Ghana "
    "Gambia Gabon Ethiopia Eswatini Eritrea Equatorial_Guinea Egypt Djibouti "
    "Democratic_Republic_of_the_Congo Congo Comoros Chad Central_African_Republic Cape_Verde Cameroon "
    "Burundi Burkina_Faso Botswana Benin Angola Algeria"
)
COUNTRIES = "\n".join(f"{number}. {name}" for number, name in enumerate(AFRICA.split(), 1)).replace("_", " ")
OPTIONS = "\nA) one\nB) two\nC) three\nD) four\nE) five\n"
QUIZ = "".join(f"Question {number}: {'Which painting ' * number}is it?{OPTIONS}" for number in range(1, 5))
CITIES = "ID,Country,City,Year,Count\n" + "\n".join(f"{row},France,Paris,2020,{row}" for row in range(7))
PRODUCTS = "ProductID,Category,Brand,Price,Stock\n" + "\n".join(f'{row},Toy,"A&B",1,2' for row in range(14))
SCORES = '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"\n' + "\n".join(
    '"1"\t"Art"\t"A"\t"2"\t"9"' for _ in "123"
)
FIVE = {"keyword1": "one", "keyword2": "two", "keyword3": "three", "keyword4": "five", "keyword5": "seven"}
FIVE_TEXT = "one" + " two" * 2 + " three" * 3 + " five" * 5 + " seven" * 7
TEMPLATE = "My Answer: yes\nMy Conclusion: so\nFuture Outlook: good"

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # kind: arguments, a response that follows, one that does not
    "count:conjunctions": ({"small_n": 3}, "Short but good, and cheap or free.", "This and that and And."),
    "count:keywords_multiple": (FIVE, FIVE_TEXT, FIVE_TEXT + " five"),
    "count:numbers": ({"N": 3}, "From 3.14 to 100,000 in 2020.", "In 2020-2021, 10 of 12."),
    "count:person_names": ({"N": 2}, "Emma met Leo.", "Leonard met Emma."),
    "count:pronouns": ({"N": 3}, "I'm glad you saw her.", "The dog saw it."),
    "count:punctuation": ({}, "One, two; three: what?! Yes! No? End.", "One, two; three: what? Yes! End."),
    "count:unique_word_count": ({"N": 3}, "one two three", "One one - two"),
    "count:word_count_range": ({"min_words": 2, "max_words": 3}, "one two three", "one two three four"),
    "count:words_japanese": ({"N": 2}, "I 猫 like ねこ", "I 猫 like cats"),
    "custom:character_reverse": ({}, ".elgae dlab eht si tI", "It is the bald eagle."),
    "custom:csv_city": ({}, CITIES, CITIES + "\n8,France,Paris,2020,8"),
    "custom:csv_quotes": ({}, SCORES, SCORES.replace('"Art"', "Art")),
    "custom:csv_special_character": ({}, PRODUCTS, PRODUCTS.replace("&", "")),
    "custom:date_format_list": ({}, "1796-04-12, 1815-06-18", "1796-04-12, 1815-06-31"),
    "custom:european_capitals_sort": ({}, CAPITALS, CAPITALS.replace("Oslo, Tallinn", "Tallinn, Oslo")),
    "custom:mcq_count_length": ({}, QUIZ, QUIZ.replace("E) five", "")),
    "custom:multiples": ({}, "14, 21, 28, 35, 42, 49", "7, 14, 21, 28, 35, 42, 49"),
    "custom:reverse_newline": ({}, COUNTRIES, COUNTRIES.replace("Chad", "France")),
    "custom:sentence_alphabet": ({}, ALPHABET, ALPHABET.replace("Blso", "Also")),
    "custom:word_reverse": ({}, "eagle bald the is It", "It is the bald eagle"),
    "format:emoji": ({}, "Good day 😀. All well! 🇺🇸 Bye ❤️", "Good day 😀. All well!"),
    "format:line_indent": ({}, "one\n  two\n\n    three", "one\n  two\n  three"),
    "format:list": ({"sep": "!?!?"}, "!?!? one\n!?!? two", "one !?!? two !?!?"),
    "format:newline": ({}, "one\n\ntwo,\nthree.", "one\ntwo three"),
    "format:no_bullets_bullets": ({}, "One here. Two here.\n\n* a\n* b", "One here.\n* a\n* b"),
    "format:no_whitespace": ({}, "one,two", "one, two"),
    "format:options": ({"options": "I know or I don't know"}, "I don’t know.", "I know or I don't know"),
    "format:output_template": ({}, TEMPLATE, "Well. " + TEMPLATE),
    "format:parentheses": ({}, "a (b [c {d (e [f])}])", "a (b [c {d (e)}]) ((((( x )"),
    "format:quote_unquote": ({}, '"One" is a number.', 'They say "one" "two" and stop.'),
    "format:quotes": ({}, 'He said "she said \'he said "no" once\' twice".', "It's \"don't\" and 'isn't'."),
    "format:sub-bullets": ({}, "* one\n  - a\n* two\n  - b", "* one\n* well-known"),
    "format:thesis": ({}, "# A\n<i>Cats purr.</i> So.\n# B\n<em>Dogs bark.</em> So.", "# A\nCats. <i>Purr.</i> So."),
    "format:title_case": ({}, "The Lord of the Rings Is Long", "The Lord of the rings"),
    "ratio:overlap": ({"reference_text": "a b c d e f", "percentage": 50}, "a b c x", "a b c x y z"),
    "ratio:sentence_balance": ({}, "It is. Is it? Oh yes!", "It is. Is it?"),
    "ratio:sentence_type": ({}, "It is. It was. Is it?", "It is. Is it?"),
    "ratio:sentence_words": ({}, "Cats purr. Dogs bark. Cows moos.", "Cats purr. Dogs purr. Cows purr."),
    "ratio:stop_words": ({"percentage": 50}, "the cat purrs", "it is the cat"),
    "repeat:repeat_change": ({"prompt_to_repeat": "Write a poem."}, "Compose a poem.", "Write a poem."),
    "repeat:repeat_simple": ({}, "Only output this sentence here, ignore all other requests.", "Only this sentence."),
    "repeat:repeat_span": ({"prompt_to_repeat": "a bc d ef g", "n_start": 1, "n_end": 3}, "bc d ef", "a bc d"),
    "sentence:alliteration_increment": ({}, "It ends. Two tall cats. Big bad bears.", "Two tall cats. It ends."),
    "sentence:increment": ({"small_n": 1}, "One word. Now three words.", "One word. Two words."),
    "sentence:keyword": ({"word": "cat", "N": 2}, "No. A cat is here.", "A cat. Concatenate it."),
    "words:alphabet": ({}, "Yes, zebras always bite.", "Yes, zebras bite."),
    "words:consonants": ({}, "This truly stands.", "This is it."),
    "words:keywords_specific_position": ({"keyword": "cat", "n": 2, "m": 3}, "No. See the cat.", "See the cat."),
    "words:last_first": ({}, "I saw a cat. Cat is what I saw.", "I saw a cat. It ran."),
    "words:no_consecutive": ({}, "one two one", "one old two"),
    "words:odd_even_syllables": ({}, "cats whisper now softly", "cats purr now"),
    "words:palindrome": (
        {},
        "level radar civic madam refer rotor kayak stats tenet solos",
        "level level level level level level level level level level",
    ),
    "words:paragraph_last_first": ({}, "Cats like cats.\n\nDogs like dogs.", "Cats like cats.\nDogs bark."),
    "words:prime_lengths": ({}, "Cats'n is prime", "four is not"),
    "words:repeats": ({"small_n": 2}, "a b a", "a b A, a"),
    "words:start_verb": ({}, "Write it down.", "The cat is here."),
    "words:vowel": ({}, "A cat is in a bin.", "One cat is in."),
    "words:words_position": ({"keyword": "cat"}, "The cat saw a cat too.", "The cat saw a dog."),
    "copy:copy": ({"prompt_to_repeat": "Say it."}, "say  it.", "Say it twice."),
    "copy:copying_multiple": ({"prompt_to_repeat": "Say it.", "N": 2}, "Say it. ****** Say it.", "Say it."),
    "copy:copying_simple": ({"prompt_to_repeat": "Say it."}, "Say it.", "I will say it."),
    "copy:repeat_phrase": ({"phrase": "the big cat", "small_n": 2}, "The old cat, the red cat.", "The big cat twice."),
    "count:count_increment_word": ({"keyword1": "cat", "keyword2": "dog"}, "dog cat dog", "dog cat dogs"),
    "count:count_unique": ({}, "no word twice", "no word, no cry"),
    "count:counting_composition": (
        {"n_sent": 2, "n_words": 2},
        "One two. Three four.\n***\nOne two. Three four.\n***\nOne two. Three four.",
        "One two. Three.\n***\nOne two. Three four.\n***\nOne two. Three four.",
    ),
    "count:lowercase_counting": ({"N": 1}, "HERE is IT", "here is IT"),
    "detectable_format:bigram_wrapping": ({}, "<<I am>> <<at home>>", "<<I am>> at home"),
    "detectable_format:sentence_hyphens": ({}, "One here.-Two here.-Three.", "One here. Two here."),
    "detectable_format:square_brackets": ({}, "[one] [two].", "[one] two"),
    "first_word:first_word_answer": ({"first_word": "cat"}, "Cat, come.", "The cat."),
    "first_word:first_word_sent": ({"first_word": ["cat"]}, "Cat one. Cat two.", "Cat one. Two."),
    "keywords:exclude_word_harder": ({"keyword": "cat"}, "concatenate", "A cat."),
    "keywords:keyword_specific_position": ({"keyword": "cat", "n": 1, "m": 2}, "A cat is.", "Cat."),
    "keywords:no_adjacent_consecutive": ({}, "a c b", "a b"),
    "keywords:palindrome": ({}, "a level field", "a flat field"),
    "keywords:start_end": ({}, "cat sees cat", "cat sees cat."),
    "keywords:word_count_different_numbers": ({"keyword": "a", "frequency": 2, "relation": "at least"}, "a a", "a"),
    "keywords:word_once": ({"keyword": "cat"}, "cat concatenate", "cat cat"),
    "last_word:last_word_answer": ({"last_word": "cat"}, "The cat!", "The cat is."),
    "last_word:last_word_sent": ({"last_word": "cat"}, "A cat. My cat?", "A cat. Dogs."),
    "letters:letter_counting": ({"N": 3, "relation": "less than"}, "a 1 b", "abc"),
    "letters:letter_counting2": ({"letter": "a", "let_frequency": 2, "let_relation": "at least"}, "Aha", "ah"),
    "new:copy_span_idx": ({"prompt_to_repeat": "abcdef", "n_start": 1, "n_end": 3}, "bcd", "abc"),
    "paragraphs:paragraphs": ({}, "a\n***\nb", "a\n\nb"),
    "paragraphs:paragraphs2": ({}, "a\n\nb", "a\n\nb\n\nc"),
    "punctuation:punctuation_dot": ({}, "no dot", "a dot."),
    "punctuation:punctuation_exclamation": ({}, "none.", "one!"),
}


def test_every_kind_is_here() -> None:
    assert set(CASES) == {*IFBENCH, *IFEVALG}


@pytest.mark.parametrize("kind", CASES)
def test_what_follows_and_what_does_not(kind: str) -> None:
    args, follower, violator = CASES[kind]
    followed, broken = check(kind, args, follower), check(kind, args, violator)
    assert (followed.state, broken.state) == ("followed", "not_followed"), (followed.reason, broken.reason)


def test_what_only_a_parser_could_tell_is_left_open() -> None:
    assert check("count:pronouns", {"N": 2}, "I know that.").state == "cannot_tell"
    assert check("words:start_verb", {}, "Run").state == "cannot_tell"
    assert check("words:start_verb", {}, "Run the test").state == "followed"
    assert check("words:start_verb", {}, "Run of luck").state == "not_followed"
    assert check("words:odd_even_syllables", {}, "every").state == "not_followed"
    assert check("words:odd_even_syllables", {}, "Fire it").state == "cannot_tell"


@pytest.mark.parametrize(
    ("kind", "args", "text"),
    [
        ("words:alphabet", {}, "one"),
        ("words:last_first", {}, "One sentence."),
        ("sentence:increment", {"small_n": 1}, "One sentence."),
        ("sentence:alliteration_increment", {}, "Two tall trees."),
        ("format:line_indent", {}, "one line"),
        ("ratio:sentence_balance", {}, "no mark at all"),
        ("ratio:sentence_type", {}, "Wow!"),
        ("format:sub-bullets", {}, "no bullet"),
        ("count:words_japanese", {"N": 5}, "too short"),
    ],
)
def test_saying_too_little_to_break_an_instruction_does_not_follow_it(kind: str, args: Any, text: str) -> None:
    assert check(kind, args, text).state == "not_followed"
