"""What English messages say, as data: cues of each tool with their weight, and the words that are no product's."""

from agents.reading.words import bag
from agents.request import Tool
from pricing.optimise import Goal

WHO = (
    r"(?:customers?|buyers?|people|shoppers?|clients?|folks?|users?|they|everyone|anyone|anybody|punters?|"
    r"consumers?|guests?)"
)
MOVE = (
    r"(?:rais(?:e|ed|ing)|increas(?:e|ed|ing)|lift|bump|hike|put up|up|cut|cutting|drop|dropp(?:ed|ing)|"
    r"lower(?:ed|ing)?|reduc(?:e|ed|ing)|"
    r"decreas(?:e|ed|ing)|slash|knock|mark(?:ed|ing)?|discount(?:ed|ing)?|chang(?:e|ed|ing)|mov(?:e|ed|ing)|"
    r"set|sett?ing|put|putt?ing|"
    r"sell|sold|selling|charge|charged|charging|price|priced|pricing|went|go|going|make|made|take|took|try|"
    r"tried|offer|offered|adjust|double|halve)"
)
SELL = r"(?:sell|shift|move|ship|go out|go|fly off|be sold|get through|be selling|be shifting|expect|need)"

CUES: tuple[tuple[Tool, int, str], ...] = (
    ("propose_price", 5,
        r"\b(?:should|ought|shall)\b[^.?!]{0,30}?\b(?:retail|be priced)\b(?: at| for)?|\b(?:need|want|get|have|"
        r"like)\b[^.?!]{0,80}?\bpriced\b"),
    ("sales_report", 7,
        r"\b(?:why (?:did|do|does|have|has|had|are|is|was|were|aren't|isn't|don't|doesn't|didn't|won't)|how come|why)"
        r"\b[^.?!]{0,60}?\b(?:(?:not |stop(?:ped|s)? |still |barely )?sell(?:ing)?(?: any ?more| less| fewer| "
        r"so badly| so slowly| badly| slowly)?|(?:sales |units )?(?:dropp(?:ed|ing)|fall(?:en|ing)?|fell|declin\w+|"
        r"collaps\w+|slow(?:ed|ing)? down|dried up))\b"),
    ("forecast_demand", 3, r"'ll\b[^.?!]{0,40}?\b(?:sell|shift)\b"),
    ("sales_report", 4,
        r"\bhow(?:'ve|'d|'s)\b[^.?!]{0,60}?\b(?:selling|sold|doing|done|performing|performed|going|gone)\b|"
        r"\bperformers?\b|\bearners?\b"),
    ("recommend_products", 5, r"\b(?:next to|beside)\b|\bstart (?:with|from)\b|\b(?:spend|buy|basket) more\b"),
    ("assess_risk", 6,
        r"\b(?:asking for|invite|inviting|cause|causing|in) trouble\b|\bblow(?:s|ing)? up\b|\bbacklash\b|\boutcry\b"),
    ("forecast_demand", 4, r"\bforecast(?:s|ed|ing)?\b"),
    ("forecast_demand", 4, r"\b(?:predict(?:ed|ion|ions)?|projections?|project(?:ed)?|outlook|prognosis)\b"),
    ("forecast_demand", 4,
        rf"\b(how (?:many|much)(?: of)?)\b[^.?!]{{0,80}}?\b(will|'ll|going to|gonna|can|could|should|might|do|"
        rf"would|likely to)\b[^.?!]{{0,50}}?\b({SELL})\b"),
    ("forecast_demand", 3, r"\b(?:will|going to|gonna)\b[^.?!]{0,60}?\b(sell|shift|be sold|fly off)\b"),
    ("forecast_demand", 3,
        r"\b(?:expected|future|likely|anticipated|estimated?|upcoming) (?:sales|demand|units|volumes?)\b"),
    ("forecast_demand", 3, r"\b(?:expect|expecting|anticipate|estimate)\b"),
    ("forecast_demand", 2, r"\bdemand\b(?: for| of)?"),
    ("forecast_demand", 3,
        r"\b(?:run|running|sell|sold) out\b|\bhow (?:many|much)\b[^.?!]{0,50}\b(?:re-?order|order|stock up|"
        r"stock)\b|\bhow long\b[^.?!]{0,40}\b(?:stock|last)\b"),
    ("sales_report", 4,
        r"\bsales (?:reports?|figures?|numbers?|history|data|summary|results?|performance|so far|record)\b"),
    ("sales_report", 4,
        r"\b(how (?:many|much)(?: of)?)\b[^.?!]{0,80}?\b(did|have|has|were|was)\b[^.?!]{0,50}?\b(sell|sold|"
        r"shift(?:ed)?|move|moved|make|made|take|taken|earn|bring in|went|gone)\b"),
    ("sales_report", 4,
        r"\b(how (?:did|have|has|had|was|were))\b[^.?!]{0,80}?\b(do|does|done|sell|sold|selling|sales|perform\w*|"
        r"go|gone|doing|fare[d]?|going)\b"),
    ("sales_report", 3,
        r"\bhow (?:is|are|'s)\b[^.?!]{0,60}?\b(?:doing|selling|performing|going|sales)\b|"
        r"\bhow well\b[^.?!]{0,40}\b(?:sold|selling|did|doing)\b"),
    ("sales_report", 4,
        r"\b(?:best|top|worst|biggest|slowest|poorest)[- ](?:selling|sellers?|performing|performers?|earners?)\b|"
        r"\bbest-?sellers?\b|\bslow(?:est)?[- ]mov(?:ers?|ing)\b|\b(?:top|best|worst|bottom) (?:\x00+|"
        r"\w+)(?: \w+)? (?:sellers?|performers?|sales|by (?:sales|revenue|units))\b"),
    ("sales_report", 3,
        r"\bsold (?:the )?(?:most|best|least|worst|well|badly)\b|\bwhat(?:'s| has| did|"
        r" have)?(?: been)? (?:we )?(?:sold|sell|selling)\b"),
    ("sales_report", 3, r"\bwhat happened\b|\bsold\b"),
    ("sales_report", 2, r"\b(?:reports?|turnover|takings|performance|performed|performing|revenue)\b"),
    ("sales_report", 2, r"\bsales\b(?: of| for)?"),
    ("recommend_products", 4,
        r"\b(?:goes?|going|went|fits?|works?|pairs?|paired|sells?|sold|sits?|bought|buy|purchased|combines?|"
        r"matches)\b[^.?!]{0,12}?\b(?:well |nicely |best |together )?(?:with|alongside|together)\b"),
    ("recommend_products", 4,
        r"\bbundl\w*|\bcross-? ?sell\w*|\bup-? ?sell\w*|\bsubstitut\w+|\balternatives?\b|\bcomplement\w*|"
        r"\bcompanions?\b|\breplacements?\b|\bpair(?:ed|ing|ings)?\b"),
    ("recommend_products", 4,
        r"\binstead of\b|\bsimilar (?:to|products?|items?)\b|\bsomething like\b|\blook-?alikes?\b|\balongside\b|"
        r"\bgift set\b(?= with)"),
    ("recommend_products", 6,
        r"\b(?:which|what) (?:\w+ )?(?:products?|items?|ones|lines?|skus?|things?|prices)\b[^.?!]{0,40}\b(?:should|"
        r"need|needs|deserve|are worth|to|would|could|can)\b"),
    ("recommend_products", 6,
        r"\b(?:act on|reprice|tackle|fix|focus on|look at|deal with|work on|change)\b[^.?!]{0,24}\bfirst\b|"
        r"\bpriorit\w+|\bwhere (?:should|do|shall) (?:i|we) (?:start|begin)\b|\bbiggest opportunit\w+|"
        r"\bopportunit\w+|\bmoney left on the table\b|\bneeds? (?:my |our )?attention\b"),
    ("recommend_products", 3, r"\brecommend\w*|\bsuggest\w*"),
    ("recommend_products", 3,
        r"\b(?:promote|promoting|push|feature|advertise|cross-promote|offer with|put with|put next to|display with|"
        r"sell with)\b"),
    ("recommend_products", 3, r"\bwhat else\b|\balso (?:buy|bought|like)\b"),
    ("propose_price", 5,
        r"\b(?:what|how much)\b[^.?!]{0,16}?\b(?:should|do|would|could|can|shall|ought|must|"
        r"to)\b[^.?!]{0,14}?\b(?:charge|charging|ask|price)\b(?: for| on)?"),
    ("propose_price", 5,
        r"\bhow much\b[^.?!]{0,8}?\b(?:should|shall|to)\b[^.?!]{0,40}?\b(?:cost|sell for|go for|be|retail)\b|"
        r"\bwhat\b[^.?!]{0,4}\b(?:should|shall|could)\b[^.?!]{0,60}?\b(?:cost|sell for|go for|retail|be priced)\b"),
    ("propose_price", 5,
        r"\b(?:best|right|good|optimal|optimum|ideal|fair|new|better|suitable|sensible|proper|correct|decent|smart|"
        r"sale|clearance|selling|reasonable|competitive|profit-maximi[sz]ing|profitable|recommended|"
        r"retail) (?:selling |sale |retail |asking )?(?:price|pricing|price point|price tag)\b(?: for| of| on)?"),
    ("propose_price", 5,
        r"\b(?:suggest|recommend|propose|give|find|work out|calculate|compute|come up with|set|pick|choose|"
        r"determine|advise|need|want|get|quote)\b[^.?!]{0,24}?\b(?:price|pricing|prices)\b(?: for| of| on)?"),
    ("propose_price", 5,
        r"\b(?:what|which|wot) (?:\w+ )?(?:price|prices|pricing|price point|price tag)\b(?! (?:change|increase|cut|"
        r"rise))(?: for| of| on)?"),
    ("propose_price", 5,
        r"\b(?:re-?pric(?:e|ing)|optimi[sz]e|optimi[sz]ing|price recommendation|price suggestion|pricing (?:advice|"
        r"suggestion|recommendation|help)|price proposal|price idea)\b(?: for| of| on)?"),
    ("propose_price", 5,
        r"\b(?:how|where|what)\b[^.?!]{0,10}\b(?:should|shall|do|would|can|to|best)\b[^.?!]{0,12}\b(?:price|pitch|"
        r"position)\b"),
    ("propose_price", 4,
        r"\b(?:what's|what is|what are|how much is|how much are)\b[^.?!]{0,60}?\b(?:worth)\b|"
        r"\bwhat to charge\b(?: for)?|\bput a price on\b|\bsweet spot\b(?: for)?|\bprice (?:up|check)\b"),
    ("propose_price", 4,
        r"\b(?:clear|clearing|clear out|offload|get rid of|shift|sell off|run down|liquidate|get shot of|"
        r"dump)\b[^.?!]{0,50}?\b(?:stock|inventory|leftovers?|remaining|surplus|warehouse|shelves|by|before|"
        r"the rest)\b|\bclearance\b|\bget rid of\b|\bget shot of\b|\boffload\b"),
    ("propose_price", 4,
        r"\bmaximi[sz](?:e|es|ing)\b|\b(?:make|earn)(?: me| us)? (?:the )?(?:most|more) (?:money|profit|from|"
        r"out of)\b|\bmost (?:profit|profitable)\b"),
    ("propose_price", 3,
        r"^(?:please )?price (?:the|my|our|up|for)\b|\bshould\b[^.?!]{0,60}?\bbe priced\b|\bmark ?down\b|"
        r"\bpric(?:e|ing)\b[^.?!]{0,20}\bplease\b"),
    ("propose_price", 3, rf"\bshould (?:i|we)\b[^.?!]{{0,12}}\b{MOVE}\b"),
    ("propose_price", 1, r"\b(?:price|prices|pricing)\b(?: of| for| on)?"),
    ("assess_risk", 6, r"\brisk(?:s|y|ier|ing|iness)?\b(?: of| in| if| to)?"),
    ("assess_risk", 6,
        r"\b(?:safe|safely|unsafe|dangerous|danger|hazardous|reckless)\b|\b(?:go|going|goes|went) wrong\b|"
        r"\bback-?fir\w+|\bwors[te] case\b|\bdownsides?\b|\bpitfalls?\b"),
    ("assess_risk", 6,
        r"\b(?:too|overly|a bit|bit|a little|so) (?:dear|expensive|pricey|pricy|high|steep|much|cheap|low|costly|"
        r"greedy|aggressive|bold|big|risky|ambitious)\b(?: a| for| of)?|\boverpriced\b|\bunderpriced\b"),
    ("assess_risk", 6,
        r"\b(?:lose|losing|lost|scare|scaring|put off|drive away|frighten|upset|annoy|"
        r"alienate)\b[^.?!]{0,20}\b(?:customers?|buyers?|sales|money|people|shoppers?|business)\b|\bmake a loss\b|"
        r"\blose out\b"),
    ("assess_risk", 4,
        r"\b(?:wise|sensible|smart|crazy|mad|foolish|stupid|unwise|prudent|okay|ok|reasonable|a (?:good|bad|"
        r"terrible) idea|a mistake|acceptable|a gamble|justified)\b(?: to| if)?"),
    ("assess_risk", 4,
        r"\b(?:worried|worry|afraid|nervous|concerned|hurt|harm|get away with|gambl\w+|stomach|tolerate|suffer|"
        r"damage|bite (?:us|me))\b"),
    ("assess_risk", 3, rf"\b(?:can|could|may) (?:i|we)\b[^.?!]{{0,12}}\b{MOVE}\b"),
    ("what_if", 5,
        r"\bwhat(?:'s| is| would| will|'ll|'d)? (?:if|happens?|happen|be the (?:effect|impact))\b(?: to| with| if|"
        r" when)?|\bwhat (?:would|will|does|do|might)\b[^.?!]{0,80}?\b(?:happen|do to|mean for|change)\b"),
    ("what_if", 5,
        r"\b(?:suppose|supposing|imagine|assuming|assume|let's say|lets say|hypothetically|simulate|simulation|"
        r"scenario|say (?:i|we))\b"),
    ("what_if", 4, rf"\b(?:if|when|were) (?:i|we|it|they|you|the|that|he|she|its)\b[^.?!]{{0,40}}?\b{MOVE}\b"),
    ("what_if", 4, r"\b(?:if)\b[^.?!]{0,60}?\b(?:cost|costs|was|were|is|at|to|by|priced|for)\b"),
    ("what_if", 4, r"\b(?:effect|impact|consequences?|result|outcome)s?\b(?: of| on| if)?"),
    ("what_if", 4,
        r"\b(?:how|what)\b[^.?!]{0,30}\b(?:would|will|does|might|could)\b[^.?!]{0,60}?\b(?:change|respond|react|"
        r"affect|alter|look|do to)\b"),
    ("what_if", 3,
        r"\b(?:instead|rather)\b(?! of)|\bhow (?:about|abt)\b|\bwhat about\b|\bwhat abt\b|"
        r"\bwould\b[^.?!]{0,60}?\b(?:sell|shift|make|earn|lose|gain|sales)\b"),
    ("search_reviews", 7,
        r"\breviews?\b(?: of| for| on| about| say| mention)?|\breviewers?\b|\bratings?\b|\bfeedback\b(?: on| about|"
        r" for)?|\btestimonials?\b|\bsentiment\b|\b(?:one|five|four|two|three|[1-5])[- ]stars?\b"),
    ("search_reviews", 7,
        rf"\b{WHO}\b(?: \w+)?(?: are| been| have)? (?:say|says|saying|said|think|thinks|thinking|thought|feel|"
        rf"feels|like|likes|love|loves|hate|hates|dislike|mention|mentioned|mentioning|write|wrote|writing|praise|"
        rf"prais\w+|rate|report|reporting|grumbl\w+|moan\w*)\b(?: about| of| on)?"),
    ("search_reviews", 7,
        r"\bcomplain\w*(?: about| of)?|\bcomplaints?\b(?: about| of| on)?|\bgrip(?:e|es|ing)\b|\bmoan\w*\b|"
        r"\bgrumbl\w+|\bcomments?\b(?: about| on)?|\bopinions?\b(?: about| of| on)?|\bunhappy\b|\bhappy with\b|"
        r"\bsatisf\w+|\bdisappoint\w+|\bwhat(?:'s| is) wrong with\b|\bsay about\b|\bthink (?:of|about)\b|"
        r"\bdo \w+ like\b"),
)  # fmt: skip

STOP = bag("""
    loads plenty tons heaps bunch bumping lifting hiking knocking slashing marking pushing adding doubling halving
    jacking upping trouble brings bring ought retail performers performer earners i im i'm i'd i'll i've me my
    mine myself we we're we'd we'll we've us our ours you your yours u ur he she it its it's itself they them
    they're their theirs this that that's these those one ones which what what's whats whatever who whom whose
    when where why how how's hows if whether is isn't are aren't am was wasn't were weren't be been being do does
    doesn't don't dont did didn't done doing have has had having haven't can can't cannot could couldn't should
    shouldn't shall will won't would wouldn't may might must ought need needs needed let let's lets not never yes
    yeah yep ok okay please pls plz kindly thanks thank cheers hi hello hey dear hiya morning there here so then
    also just only really actually maybe perhaps probably currently right now today today's tomorrow yesterday
    soon later again still already yet ever even much many more most less least lot lots bit little few some any
    anything something nothing everything everyone about than as at by to from into onto over under above below
    between within without during until till before after since because but or nor per via through up down out off
    around across against among towards upon like unlike except despite while though although however want wants
    wanted wanna gonna gotta like'd know tell show give get gets got getting take takes took put puts putting make
    makes made making go goes going went gone come comes came keep keeps keeping kept see look looks looking
    looked find think thinks thought feel guess say says said saying mean means help helps helping wonder
    wondering ask asks asking asked check advise work works working use using try trying tried run running start
    begin happen happens happened expect expected expecting believe reckon idea ideas price prices priced pricing
    pricey cost costs costing charge charges charged charging sell sells selling sold sale sales seller sellers
    buy buys buying bought purchase purchased worth value rate rates amount amounts total number numbers unit
    units volume volumes quantity pieces piece pcs percent percentage pct demand forecast forecasts report reports
    revenue turnover profit profits profitable margin margins money income earnings takings stock stocks inventory
    increase increases increased increasing raise raises raised raising reduce reduces reduced reducing reduction
    cut cuts cutting drop drops dropped dropping lower lowers lowered lowering lift lifts hike hikes bump bumps
    change changes changed changing move moves moved moving set sets setting discount discounts discounted
    discounting markdown markdowns slash slashed knock knocked decrease decreased adjust adjusted adjustment
    double doubled halve halved product products item items sku skus article goods thing things stuff line lines
    catalogue catalog range shop store website site customer customers buyer buyers people shopper shoppers client
    clients folk folks user users competitor competitors market week weeks weekly month months monthly quarter
    quarterly year years yearly day days daily fortnight weekend season seasonal period time times christmas xmas
    easter halloween valentines summer winter spring autumn january february april june july august september
    october november december monday tuesday wednesday thursday friday saturday sunday term next last past
    previous coming following recent recently ago ahead upcoming current future new best better good great nice
    fine optimal ideal perfect proper correct suitable fair reasonable high higher highest low lower lowest cheap
    cheaper cheapest expensive dearer top worst first second third safe risk risky risks proposal proposals
    suggestion suggestions recommendation recommendations recommended recommend suggest suggested suggesting
    analysis data info information details overview summary idea quick quickly fast long short asap urgent other
    another else instead alternatively together both each all every whole entire full left remaining leftover own
    same different such too very quite rather pretty enough almost nearly roughly approx approximately about
    exactly sort kind type well okay sure fair absolutely definitely certainly honestly basically minimum maximum
    min max least most limit goal target objective aim aiming possible able likely effect effects impact influence
    result results affect affects outcome scenario level levels trend trends what'd who's where's there's here's
    i'm don't didn't wouldn't haven't hasn't cos cuz bc w/ abt wot wat gimme dunno innit mate boss talking
    speaking regarding concerning re actually anyway besides gets way ways side either direction point points
    per-unit mentioned mentions mention opinion opinions review reviews customers' buyers' reception reviewers
    response responses
    """)  # fmt: skip
GLUE = bag("of with and & in for on the a an no n' n / 'n' w")
LY_WORDS = bag("""
    jelly holly lily family butterfly dolly fly belly curly wooly woolly bubbly assembly wobbly silly lovely
    """)
TOPICS = bag("""
    quality zip zips handle handles size sizing smell scent colour color colours delivery packaging material
    durability strap straps lid finish print breakage broken breaking leak leaks leaking fit comfort taste
    washing shipping lining
    """)
PRONOUNS = (
    r"(?:it|its|this|that|these|those|them|they|same|the same|the other|something|anything|everything|stuff|all|"
    r"(?:the |this |that |these |those |a )?(?:\w+ )?(?:ones?|thing|things|products?|items?))"
)
CATEGORY_AFTER = r"(?:categor(?:y|ies)|range|department|section|aisle|collection|segment)"
CATEGORY_BEFORE = (
    r"(?:\ball(?: of)?(?: the| my| our)?|\bevery|\beverything in(?: the)?|\bthe (?:whole|entire)|\bany of (?:the|"
    r"my|our)|\bacross (?:all )?(?:the|my|our))\s+$"
)
EVERYTHING = (
    r"\b(?:everything|all (?:of )?(?:the |my |our )?(?:products|items|prices|skus|lines)|(?:whole|entire|"
    r"full) (?:catalogue|catalog|store|shop|range|assortment)|across the (?:board|store|shop))\b"
)

GOALS: tuple[tuple[Goal, str], ...] = (
    ("clear_stock",
        r"\bclear(?:ing|ance|ed)?\b(?! glass)|\boffload|\bsell off|\bsell(?:ing)? out\b|\bliquidat\w+|"
        r"\b(?:get|be|need) (?:shot|shut|rid) of|\brun down|\bdump\b|"
        r"\bshift\b[^.?!]{0,40}\b(?:stock|leftovers?|rest|remaining|inventory)|"
        r"\bempty the (?:shelf|shelves|warehouse)|\bshel(?:f|ves) (?:empty|bare)|\boff (?:the|our|my) shel(?:f|ves)|"
        r"\b(?:all |sold and )?gone (?:in|by|within|before)\b"),
    ("revenue", r"\brevenue|\bturnover|\btakings|\bsales value|\btop line|\bgross sales"),
    ("units",
        r"\bvolume|\bunits\b|\bas many (?:\w+ ){0,4}as\b|\bmarket share|\bmost (?:units|pieces|sales)|"
        r"\bsell (?:the most|more|lots|as much)|\bmore sales\b|\bmove more|\bshift (?:more|as many)"),
    ("profit",
        r"\bprofit\w*|\b(?:most|more) money|\bearn(?: the)? most|\bearn(?:ings)? more|"
        r"\bmargin\b(?=[^.?!]{0,12}\b(?:max|best|highest))|\b(?:maximi[sz]e|best|highest|"
        r"improve)\b[^.?!]{0,12}\bmargins?\b|\bbottom line|\bmake (?:me |us )?the most\b"),
)  # fmt: skip
