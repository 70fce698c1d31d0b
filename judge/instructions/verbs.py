"""Whether the first word of a text is an English verb: by lists and endings, with the word after it.

No tagger stands behind it: where a word may be a verb or something else, and the next word does not decide, it says
so.
"""

import re

from judge.instructions.lists import listed

_VERBS = frozenset(
    listed(
        "accept access account achieve acknowledge acquire act adapt add address adjust admit adopt advise agree "
        "aim align allocate allow alter amaze amend analyse analyze announce answer anticipate appear apply appoint "
        "appreciate approach approve argue arise arrange arrive ascertain ask assemble assert assess assign assist "
        "assume assure attach attain attempt attend avoid awake balance ban be bear beat become beg begin behave "
        "behold believe belong bend bet bind bite blame blend bless block blow boil boost borrow bounce break "
        "breathe bring browse build burn burst buy calculate call calm cancel capture care carry carve cast catch "
        "cause cease celebrate change charge chase check cherish choose chop cite claim clarify classify clean "
        "clear click climb close collect combine come comment communicate compare compile complain complete compose "
        "compute conceive concentrate conclude conduct confirm confront connect consider consist construct consult "
        "consume contact contain contemplate continue contribute control convert convey convince cook cope copy "
        "correct cost count cover craft crave create cross crush cry cultivate cut damage dance dare deal decide "
        "declare decline decorate decrease define delay delegate delete deliver delve demand demonstrate deny "
        "depart depend depict derive describe deserve design desire destroy detect determine develop devise "
        "diagnose differ dig digest direct discover discuss dispose dissolve distinguish distribute dive divide do "
        "document donate double doubt download draft drag draw dream dress drink drive drop dry earn ease eat edit "
        "educate eliminate elevate embark embrace emerge emphasize employ empower enable encounter encourage end "
        "endure enforce engage enhance enjoy ensure enter entertain envision equip escape establish estimate "
        "evaluate examine exceed exclude execute exercise exhibit exist expand expect experience experiment explain "
        "exploit explore expose express extend extract face fail fall favor fear feed feel fetch fight figure fill "
        "filter find finish fit fix flip float flow fly focus fold follow forbid force forecast forget forgive form "
        "formulate forward foster frame free freeze fry fulfil fulfill function fuse gain gather gaze generate get "
        "give glance go grab grasp greet grind grow guarantee guard guess guide hand handle hang happen harness "
        "hate have hear heat help hide highlight hire hit hold hope host hunt hurry identify ignite ignore "
        "illustrate imagine immerse implement imply import impose improve include incorporate increase indicate "
        "induce influence inform initiate inject innovate inquire insert insist inspect inspire install instruct "
        "integrate intend interact interpret intervene introduce invent invest investigate invite involve isolate "
        "join judge jump justify keep kick kill knock know label lack land laugh launch lay lead lean leap learn "
        "leave lend let leverage lie lift light like limit link list listen live load locate lock look lose love "
        "lower maintain make manage manipulate map mark master match maximize mean measure meet melt mention merge "
        "minimize mix model modify monitor motivate mount move multiply narrate navigate need negotiate notice "
        "notify nurture obey object observe obtain occur offer open operate opt optimize order organise organize "
        "outline overcome own pack paint participate pass pause pay peel perceive perform permit persuade pick "
        "picture place plan plant play ponder pose position possess pour practice practise pray predict prefer "
        "prepare present preserve press pretend prevent print prioritize proceed process produce promise promote "
        "propose protect prove provide publish pull punish purchase pursue push put qualify question quit quote "
        "raise reach react read realise realize reason receive recite recognise recognize recommend record recover "
        "recycle reduce refer refine reflect refrain refresh refuse regard register regret reject relate relax "
        "release rely remain remember remind remove rename render renew rent repair repeat replace reply report "
        "represent request require rescue research reserve resist resolve respect respond rest restore restrict "
        "result retain retire retrieve return reveal review revise reward rewrite ride ring rise risk roll rotate "
        "rub ruin run sail save say scan scatter schedule scream search secure see seek seem select sell send "
        "separate serve set settle sew shake shape share sharpen shave shift shine shoot shop show shut sign "
        "simplify simulate sing sink sip sit sketch skip sleep slice slide smell smile solve sort sound spark speak "
        "specify spell spend spin split spread sprinkle squeeze stand stare start state stay steal step stick "
        "stimulate stir stop store strengthen stretch strike strive structure struggle study submit substitute "
        "subtract succeed suffer suggest suit summarise summarize supply support suppose surround survive suspect "
        "sustain swallow swear sweep swim swing switch synthesize tackle take talk target taste teach tear tell "
        "tend test thank think thrive throw tie toss touch trace track trade train transcend transform translate "
        "transport travel treat trust try tune turn twist type uncover undergo understand undertake unite unleash "
        "unlock unravel unveil update upgrade uphold upload urge use utilise utilize validate value vary verify "
        "view visit visualise visualize vote wait wake walk wander want warm warn wash waste watch wear weave weigh "
        "welcome wish witness wonder work worry wrap write yell yield zoom"
    )
)
_FORMS = frozenset(
    listed(
        "am is are was were been being has had having does did done doing can could may might must shall should "
        "will would don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't shouldn't let's went gone "
        "came saw seen took taken gave given made said told found thought knew known wrote written became began "
        "begun brought built bought caught chose chosen drew drawn drove driven ate eaten fell fallen felt fought "
        "flew flown forgot got grew grown heard held kept laid led left lent lost meant met paid ran rose risen "
        "sang sat sent shook shone shot sold slept spent spoke spoken spun stood stole stolen struck swam swept "
        "swung taught threw thrown tore torn understood woke won wore worn"
    )
)
_ALSO_OTHER = frozenset(
    listed(
        "access account act address aim answer approach attempt balance ban bear beat bet bite blame blend block "
        "blow boil boost bounce break burn burst buy call calm capture care cast catch cause change charge chase "
        "check claim clean clear click climb close comment complete concentrate conduct contact control copy "
        "correct cost count cover craft cross crush cry cut damage dance deal decline decrease delay demand design "
        "desire direct document double doubt download draft drag draw dream dress drink drive drop dry ease edit "
        "end escape estimate exercise experience experiment exploit express extract face fall favor fear feed feel "
        "fight figure fill filter find finish fit fix flip float flow fly focus fold force forecast form forward "
        "frame free freeze fry function fuse gain gaze glance grasp guarantee guard guess guide hand handle harness "
        "hate heat help highlight hire hit hold hope host hunt hurry import increase influence insert inspect "
        "invite judge jump kick kill knock label lack land laugh launch lead lean leap leave lend leverage lie lift "
        "light like limit link list live load lock look love lower map mark master match mean measure mention mix "
        "model monitor mount move narrow need notice object offer open order outline own pack paint pass pause pay "
        "peel pick picture place plan plant play pose position practice present press print process produce promise "
        "purchase push question quit quote raise reach read reason record refuse regard register regret release "
        "rent repair repeat reply report request rescue research reserve respect rest result return review reward "
        "ride ring rise risk roll ruin run sail save scan schedule scream search secure separate set sew shake "
        "shape share shave shift shine shop show shut sign sink sip sketch skip sleep slice slide smell smile sort "
        "sound spark spell spin split spread stand stare start state stay step stick stir stop store stretch strike "
        "structure struggle study substitute suit supply support suspect swing switch talk target taste tear test "
        "thank think tie toss touch trace track trade train transform transport travel treat trust try tune turn "
        "twist type update upgrade use value view visit vote wait wake walk want warm wash waste watch wear welcome "
        "will wish witness wonder work worry wrap yell yield zoom can may might must left felt found being"
    )
)
_NEVER = frozenset(
    listed(
        "a an the this that these those my your his her its our their i you he she it we they there here and but or "
        "nor so yet if because although though while when where who what which why how in on at by for with about "
        "from to of as into through no not yes sure certainly of-course absolutely however therefore thus first "
        "second third finally next once every each some any all both many much most more several few another one "
        "two three four five six seven eight nine ten very too just only also never always often please hello hi "
        "hey dear well oh ah okay ok"
    )
)
_AFTER_A_VERB = frozenset(
    listed(
        "a an the this that these those my your his her its our their me you him us them it yourself myself himself "
        "herself itself ourselves themselves whether how what why who when where if all each every some any one to"
    )
)
_AFTER_A_NOUN = frozenset(listed("of is are was were has had will would can could may might must should"))
_LY = re.compile(r"[a-z]{3,}ly$")


def may_be_verb(word: str, after: str = "") -> bool | None:
    """Return whether a first word is a verb, None where this cannot be told."""
    plain, following = word.lower().replace("’", "'"), after.lower().replace("’", "'")
    if plain in _NEVER or not plain.isascii() or not plain[0].isalpha():
        return False
    if plain not in _VERBS and plain not in _FORMS:
        return _by_ending(plain, following)
    if plain not in _ALSO_OTHER or following in _AFTER_A_VERB:
        return True
    return False if following in _AFTER_A_NOUN else None


def _by_ending(word: str, after: str) -> bool | None:
    """Judge a word that no list has: -ize and -ify make verbs, a stem of the list may take an ending."""
    if re.search(r"(?:ize|ise|ify)$", word):
        return True
    stems = [word.removesuffix(ending) for ending in ("ing", "ed", "es", "s", "d") if word.endswith(ending)]
    stems += [f"{stem}e" for stem in stems] + [f"{stem[:-1]}y" for stem in stems if stem.endswith("i")]
    stems += [stem[:-1] for stem in stems if len(stem) > 3 and stem[-1] == stem[-2]]
    if any(stem in _VERBS for stem in stems):
        return True if after in _AFTER_A_VERB else None
    if _LY.search(word) or after in _AFTER_A_NOUN:
        return False
    return None
