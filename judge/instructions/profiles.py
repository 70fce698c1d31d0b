"""The scripts of the languages that can be told apart, and the commonest words of those that share a script."""

SCRIPT_OF = {
    "ar": "arabic", "bg": "cyrillic", "bn": "bengali", "ca": "latin", "cs": "latin", "da": "latin", "de": "latin",
    "el": "greek", "en": "latin", "es": "latin", "fa": "arabic", "fi": "latin", "fr": "latin", "gu": "gujarati",
    "he": "hebrew", "hi": "devanagari", "hu": "latin", "id": "latin", "it": "latin", "ja": "japanese",
    "kn": "kannada", "ko": "hangul", "ml": "malayalam", "mr": "devanagari", "ne": "devanagari", "nl": "latin",
    "no": "latin", "pa": "gurmukhi", "pl": "latin", "pt": "latin", "ro": "latin", "ru": "cyrillic", "sv": "latin",
    "sw": "latin", "ta": "tamil", "te": "telugu", "th": "thai", "tr": "latin", "uk": "cyrillic", "ur": "arabic",
    "vi": "latin", "zh": "cjk",
}  # fmt: skip
"""ISO 639-1 code to script, the latter as in Unicode's character names."""

_WORDS = {
    "en": "the of and to in is that it was for on are with as be this have from or by not you they which your will "
          "but can their my has we our an a if what there his her she he so when who how more would all one do no "
          "up out about into than them then some could these may any its were been had just like over such without",
    "es": "el la los las de del y en que es un una por con para se no lo su al como más pero sus este esta son mi "
          "muy también está cuando nos ser tu fue hay",
    "pt": "o a os as de do da dos das e em que é um uma por com para se não no na ao como mais mas seu sua você são "
          "também está pelo pela muito ser foi eu meu nos",
    "fr": "le la les de des du et en est un une que qui dans pour par pas sur au aux ne se ce cette avec plus je vous "
          "nous il elle son sa ses sont mais ou être votre notre",
    "it": "il lo la gli le di del della dei delle e in che è un una per con non si da al alla come più ma sono questo "
          "questa nel nella in sul sulla dal dalla anche suo sua ho ha mi essere",
    "ca": "el la els les de del dels en que és un una per amb no es al com més però són aquest aquesta seva seu "
          "també han ser molt",
    "ro": "și de în la un pe cu nu că este care din mai pentru sau ce să se au sunt fost ca prin dar după",
    "de": "der die das den dem des und in zu ist ein eine einen einem einer nicht mit sich auf für von im auch es an "
          "als wie sie er ich wir du aus bei sind war werden wird oder aber haben hat noch nur wenn zum zur dass",
    "nl": "de het een en van in is dat te op zijn voor met niet aan er om ook als bij maar wordt door naar uit dan "
          "over je ik hij wij we deze dit worden hebben heeft was",
    "sv": "och att det som en på är av för med till den har de inte om ett han men var jag från vi så kan eller när "
          "nu också sig vara dig du mig",
    "da": "og at det som en på er af for med til den har de ikke om et han men var jeg fra vi så kan eller når nu "
          "også sig være blev mig dig efter hvad hvor mod skal end ud igen selv meget noget",
    "no": "og at det som en på er av for med til den har de ikke om et han men var jeg fra vi så kan eller når nå "
          "også seg være ble meg deg etter hva hvor mot skal enn ut igjen selv mye noe",
    "fi": "ja on ei se että hän oli ovat joka mutta kun niin kuin tai myös sen olla jos vain mitä minä sinä me te he "
          "tämä ne voi sekä hänen jotka ole oli mukaan kanssa",
    "hu": "az és hogy nem is egy van ez azt de meg csak volt mint már ki el vagy még lesz minden ha én ő ami",
    "pl": "w na z że się nie to jest do o jak za od po dla są jego ale czy tak przez co tylko być ich był oraz może "
          "ten ta tego już także lub jej",
    "cs": "se na je že to do ve k v co bez má pro jako za by ale od po jsou tak jeho si jsem není nebo které aby "
          "byl při",
    "tr": "ve bir bu da de için ile çok olarak daha gibi ne olan var kadar sonra en o ama değil ben mi her ki",
    "id": "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga ke karena ada bisa adalah saya anda kami "
          "oleh atau mereka dapat telah",
    "sw": "na ya wa kwa ni katika za la kuwa cha hii huu hiyo yake lakini pia kama au hivyo sana kila watu mimi yangu "
          "wetu yetu wao ili hata",
    "vi": "và của là có không được cho một trong với các những này người đã để khi tôi bạn như từ đến cũng nhưng ra "
          "ở về trên thì sẽ rất hay bằng",
    "ru": "и в не на что я с он как это по но из у за от так для же все мы вы то был она они его или при бы если "
          "который которые также",
    "uk": "і в не на що я з він як це та але із у за від так для є й же всі ми ви то був вона вони його або при б якщо "
          "який які також",
    "bg": "и в не на че аз с той как това по но от за са се да ще е като има към при или ние те тя ги му до много",
    "ar": "في من على إلى أن هذا هذه التي الذي لا ما مع هو هي كان عن أو كل قد بعد قبل بين كما لم ثم إن ذلك",
    "fa": "و در به از که این را با است برای آن یک می های ها خود تا بر شما ما هم یا اگر نیز باید شود کرد بود",
    "ur": "کے میں کی ہے اور سے کا کو پر یہ نے ہیں کہ بھی ایک وہ تو ہم آپ کر جو لیے تھا تھی ہو اس نہیں گیا",
    "hi": "के है में की और से का को पर यह ने हैं कि भी एक वह तो हम आप कर जो लिए था थी हो इस नहीं गया या",
    "mr": "आणि आहे या हे मध्ये नाही आहेत होते साठी ती तो एक व हा ही आम्ही तुम्ही काय पण म्हणून त्या आपण केले होता",
    "ne": "छ र को मा लाई हो पनि छन् गर्न भने यो एक तथा हुन्छ हाम्रो तपाईं गर्ने त्यो भएको म थियो गरेको लागि "
          "गर्नुहोस् हामी भयो आफ्नो अनि",
}  # fmt: skip

COMMON_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
"""Up to fifty of the commonest words, for every language whose script is not its own."""
