"""Word lists that instructions speak of: stop words, names, pronouns, countries and capitals. Data, no rules."""


def listed(text: str, between: str | None = None) -> tuple[str, ...]:
    """Return what stands in a text between blanks, or between something else."""
    return tuple(text.split(between))


STOP_WORDS = frozenset(
    listed(
        "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers "
        "herself it its itself they them their theirs themselves what which who whom this that these those am is "
        "are was were be been being have has had having do does did doing a an the and but if or because as until "
        "while of at by for with about against between into through during before after above below to from up down "
        "in out on off over under again further then once here there when where why how all any both each few more "
        "most other some such no nor not only own same so than too very s t can will just don should now d ll m o "
        "re ve y ain aren couldn didn doesn hadn hasn haven isn ma mightn mustn needn shan shouldn wasn weren won "
        "wouldn"
    )
)
"""English stop words as most toolkits have them, after the Snowball list; contractions in two pieces."""

CONJUNCTIONS = frozenset(("and", "but", "for", "nor", "or", "so", "yet"))
"""The coordinating conjunctions of English."""

PERSONAL_PRONOUNS = frozenset(
    listed(
        "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her "
        "hers herself it its itself they them their theirs themselves"
    )
)
OTHER_PRONOUNS = frozenset(
    listed(
        "who whom whose whoever whomever whatever whichever anybody anyone anything everybody everyone everything "
        "nobody nothing somebody someone something oneself"
    )
)
SOMETIMES_PRONOUNS = frozenset(
    listed(
        "this that these those which what each either neither both all some any none many few several one such "
        "another other others"
    )
)
"""Pronouns in some sentences, determiners or conjunctions in others; only a parser could tell."""

NAMES = listed(
    "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia "
    "Benjamin Harper Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett "
    "Nathan Victoria Elijah Layla Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria "
    "Joseph Claire Ryan Stella Jonathan"
)
"""The fifty names that `count:person_names` lists in its wording."""

MINOR_WORDS = frozenset(
    listed(
        "a an the and but for nor or so yet as at by in of off on per to up via with from into onto over than upon "
        "if vs v out down near past till"
    )
)
"""Words that title case may leave small inside a title."""

CAPITALS = listed(
    "reykjavik helsinki oslo tallinn stockholm riga moscow copenhagen vilnius minsk dublin berlin amsterdam "
    "warsaw london brussels kyiv prague luxembourg paris vienna bratislava budapest vaduz chisinau bern "
    "ljubljana zagreb"
)
"""The capitals of Europe north of 45 degrees, from north to south."""

AFRICA = frozenset(
    listed(
        "algeria, angola, benin, botswana, burkina faso, burundi, cabo verde, cape verde, cameroon, central african "
        "republic, chad, comoros, congo, republic of the congo, congo republic, democratic republic of the congo, "
        "dr congo, congo democratic republic, congo democratic republic of the, congo republic of the, cote "
        "divoire, ivory coast, djibouti, egypt, equatorial guinea, eritrea, eswatini, swaziland, ethiopia, gabon, "
        "gambia, the gambia, gambia the, ghana, guinea, guinea bissau, kenya, lesotho, liberia, libya, madagascar, "
        "malawi, mali, mauritania, mauritius, morocco, mozambique, namibia, niger, nigeria, rwanda, sao tome and "
        "principe, senegal, seychelles, sierra leone, somalia, south africa, south sudan, sudan, tanzania, togo, "
        "tunisia, uganda, zambia, zimbabwe, sahrawi arab democratic republic, western sahara, somaliland",
        ", ",
    )
)
"""The countries of Africa under their usual English names, without accents and punctuation."""
