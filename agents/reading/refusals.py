"""What the desk must not do, whoever asks: the words that ask for it."""

import re

_RIVALS = (
    r"(?:competitors?|rivals?|other (?:sellers?|shops?|stores?|retailers?)|the competition|the shop (?:next door|"
    r"down the road|across)|amazon sellers?)"
)
_GROUPS = (
    r"(?:wom[ae]n|m[ae]n|females?|males?|girls|boys|ladies|pensioners?|old(?:er)? people|the elderly|"
    r"elderly people|seniors?|foreigners?|immigrants?|tourists?|"
    r"muslims?|christians?|jews|jewish people|black people|white people|asians?|indians?|gay people|"
    r"disabled people|the disabled|pregnant women|"
    r"(?:i?phone|iphone|mac|apple|android) (?:users|owners)|rich(?:er)? (?:people|customers|areas|postcodes)|"
    r"poor(?:er)? (?:people|customers|areas)|"
    r"loyal customers|existing customers|students)"
)
_RULES = (
    r"(?:rules?|guard-?rails?|limits?|floors?|cost floor|margin floor|map|minimum advertised price|"
    r"constraints?|approvals?|checks?|polic(?:y|ies)|"
    r"safeguards?|safety|protections?|restrictions?|instructions?|prompts?|guidelines|law|regulations?|approver)"
)
REFUSALS: tuple[tuple[str, str], ...] = (
    ("secrets",
        r"\b(?:system|hidden|initial|secret|developer|original)\W{1,3}(?:prompt|instructions?|message)\b|"
        r"\byour (?:prompt|instructions|system prompt|configuration)\b|"

         r"\bpass-?(?:word|wd|phrase|code)s?\b(?! (?:keeper|note|log ?book|organi[sz]er|lock|journal|books?\b))|"
        r"\bapi[ _-]?keys?\b|\b(?:secret|private|access|admin|signing|"
         r"database|db)\b \b(?:keys?|tokens?|credentials?|login)\b|\bcredentials?\b|"

         r"\b(?:credit )?card (?:numbers?|details)\b|\b(?:customers?|buyers?|clients?)'?s?'? (?:personal|private|"
         r"home|email|e-mail|phone|bank|addresses|names and addresses)\b|"

         r"\b(?:addresses|phone numbers|emails?|e-mails) of (?:our |my |the |all )*(?:customers|buyers|clients)\b|"
         r"\b(?:env|environment) variables?\b|/etc/passwd"),
    ("secrets",
        r"密码(?! ?锁|本|箱|盒|柜|门|器|挂|包|日记|笔记|保险|存钱|储蓄)|"
        r"口令|密钥|秘钥|系统提示|提示词|系统指令|身份证|信用卡|银行卡|(?:顾客|客户|买家|"
        r"用户)的?[^,.?!]{0,6}(?:手机号?|电话|住址|地址|隐私|个人信息|邮箱)|环境变量|登录凭证|令牌|api\s?key"),
    ("collusion",
        rf"\b(?:agree|fix|coordinat\w+|collud\w+|cartel|arrange|pact|conspir\w+|team up|work together|get together|"
        rf"make a deal|do a deal|strike a deal|cut a deal|come to an (?:agreement|understanding)|split the market|"
        rf"phone|call|contact|email|talk to|ring|persuade|convince|get(?= (?:the |our |"
        rf"my )?(?:\w+ )?(?:competitors?|rivals?) to))\b[^.?!]{{0,40}}\b{_RIVALS}\b[^.?!]{{0,60}}(?:\bpric\w+|"
        rf"\bfloor|\braise\w*|\bkeep\b|\bmarket\b|\bundercut|\bcharge\b|\bsame\b|\bup\b)"),
    ("collusion",
        rf"\bprice[- ]?fix\w*|\bfix(?:ing)? (?:the |our )?prices? with\b|\bcollu\w+|\bcartel\b|"
        rf"\b{_RIVALS}\b[^.?!]{{0,40}}\b(?:agree|together|jointly)\b[^.?!]{{0,40}}\b(?:pric\w+|raise|undercut|"
        rf"charge|same)\b|\b(?:agree|"
        rf"coordinate)\w*\b[^.?!]{{0,30}}\bpric\w+[^.?!]{{0,20}}\bwith\b[^.?!]{{0,20}}\b{_RIVALS}"),
    ("collusion",
        r"串通|合谋|勾结|价格(?:同盟|联盟|垄断)|操纵(?:市场)?价格|统一涨价|(?:跟|和|与|同|联合|联系|找|约|叫上?|"
        r"让)[^,.?!]{0,10}(?:对手|同行|竞品|竞争者|别家|其他卖家|其它卖家|别的店|隔壁店?|"
        r"对面店?)[^?!]{0,16}(?:商量|约定|协商|说好|一起|统一|联手|谈好|达成|约好|讲好|都|同时|保持一致|协议|"
        r"定一样)"),
    ("discrimination",
        rf"\b(?:charg\w*|bill|make)\b(?: the| our| all| any)? {_GROUPS}(?!')\b[^.?!]{{0,24}}\b(?:more|higher|extra|"
        rf"double|premium|pay)\b|\b(?:more|higher|extra|different|separate|dearer|"
        rf"premium)\b[^.?!]{{0,12}}\b(?:prices?|charges?)?\b ?(?:for|to|from|towards|against) (?:the |our |"
        rf"all )?{_GROUPS}(?!')(?=\s*(?:$|[?.!,;]|than|who|because|only|customers|buyers|shoppers|and|on|when|"
        rf"compared))"),
    ("discrimination",
        rf"\b(?:based on|depending on|according to|by) (?:the |their |a |customers?'? |"
        rf"buyers?'? )*(?:\w+'s )?(?:race|gender|sex|religion|ethnic\w*|nationalit\w+|skin colou?r|age|"
        rf"disabilit\w+|sexual orientation|origin|faith)\b|\b{_GROUPS} (?:should |must |have to |to |"
        rf"will )?pay (?:more|extra|double)\b|\braise the price (?:only )?(?:for|when) {_GROUPS}(?!')"),
    ("discrimination",
        r"杀熟|看人下菜|按(?:照)?[^,.?!]{0,6}(?:性别|种族|国籍|宗教|年龄|民族|地域)|(?:根据|依据|"
        r"看)[^,.?!]{0,6}(?:性别|种族|国籍|宗教|年龄|民族|地域|肤色)[^,.?!]{0,8}(?:价|收|卖)|(?:女性|女人|女生|"
        r"女的|男性|男人|男生|男的|老年人|老人|外国人|老外|外地人|穆斯林|残疾人|有钱人|苹果(?:手机)?用户|老客户|"
        r"老顾客|新客户|孕妇|少数民族|黑人|白人|学生|游客)(?:用户|顾客|客户)?[^,.?!]{0,8}(?:多收|"
        r"收(?:得)?(?:更)?(?:高|贵|多)|更高|卖(?:得)?(?:更)?贵|加价|涨价|贵(?:一点|一些|点|些)|高一?[点些]|多付|"
        r"多(?:掏|出)钱|不同的?价)"),
    ("rules",
        rf"\b(?:ignor\w+|bypass\w*|skip\w*|overrid\w+|overrul\w+|disabl\w+|turn(?:ing)? off|switch(?:ing)? off|"
        rf"forget(?: about)?|get(?:ting)? (?:a)?round|break\w*|disregard\w*|circumvent\w*|violat\w+|"
        rf"work(?:ing)? around|remov\w+|suspend|evade|dodge|sidestep)\b (?:\w+[ ,]+){{0,4}}?{_RULES}\b"),
    ("rules",
        r"\b(?:approve|sign|apply|publish|accept|confirm)\b[^.?!]{0,30}\b(?:yourself|on your own|"
        r"for me automatically|by yourself|without (?:asking|approval|sign-?off|a? ?human|me|anyone|review|telling|"
        r"checking|waiting|my))\b|\bwithout (?:asking|telling|waiting for|going through|(?:any|an?|the|my|human|"
        r"manager) ?approv\w*)\b[^.?!]{0,30}|\bauto-?approve\b|\bno need to ask\b|\bdon'?t (?:ask|tell|"
        r"wait for) (?:me|anyone|anybody|the (?:approver|boss|manager)|my boss)\b|\bbehind (?:the|my) (?:boss|"
        r"approver|manager)"),
    ("rules",
        r"^(?!.*\b(?:what|if|happens?|risk\w*|safe|should|would)\b)(?:please )?(?:\bjust )?\b(?:sell|price|set|put|"
        r"list|push|drop|cut)\b[^.?!]{0,60}\b(?:below|under|beneath|lower than) (?:the |our |its |my )?cost\b"),
    ("rules",
        r"(?:忽略|无视|绕过|绕开|跳过|关闭|关掉|不管|不用管|别管|不要管|突破|违反|取消|避开|解除|撤掉|禁用|不理|"
        r"不遵守|忘掉|忘记)(?:所有|全部|掉|一切|任何|之前|以上|那个|这个|你的|的)*[^,.?!]{0,6}(?:规则|底线|限制|"
        r"成本|护栏|最低价|审批|审核|下限|毛利|红线|指令|指示|约束|政策|规定|安全|限价|流程)"),
    ("rules",
        r"(?:你|系统)?(?:自己|自行|自动|替我|擅自|偷偷|悄悄)(?:就)?(?:给)?(?:批准|审批|通过|批了|同意)|(?:不用|"
        r"不必|无需|别|不要|不需要|不经|不经过|跳过|没有)(?:再)?(?:问|经过|等|请示|审批|审核|任何人|老板|人工|"
        r"我)[^.?!]{0,12}(?:批准|通过|改价|生效|直接|执行|上线|同意)|直接(?:批准|通过|生效|改价|上线|"
        r"执行)[^.?!]{0,6}(?:不用|别|不必|无需|不要)(?:问|等|审|经)|^(?!.*(?:如果|要是|会|风险|"
        r"吗)).{0,30}低于成本价?(?:卖|出|定|销售)|偷偷(?:改|涨|降)"),
    ("injection",
        r"\byou are (?:now|no longer)\b|\bpretend (?:to be|you|that you)\b|\bact as (?:a|an|if|the)\b|"
        r"\bjailbreak\w*|\bdeveloper mode\b|\bdan mode\b|<\|[a-z_]+\|>|\[/?inst\]|(?:^|\s)(?:system|assistant)\s*:|"
        r"\bnew instructions?\b|"

         r"\b(?:ignore|forget|disregard)\b (?:\w+ ){0,3}(?:above|previous|earlier|prior|before)\b|\bdrop table\b|"
         r"\bdelete from\b|\bunion select\b|\brm -rf\b|<script\b|\brepeat (?:everything|the words) above\b"),
    ("injection",
        r"你现在是|从现在起你|扮演|假装你?是|开发者模式|越狱|新的?指令|(?:以上|之前|上面)的?(?:指令|内容|"
        r"所有)[^,.?!]{0,4}(?:作废|忽略|忘)|系统消息"),
    ("deceit",
        r"\b(?:fake|invent|fabricate|forge|made-?up|phon(?:e)?y|bogus)\b[^.?!]{0,20}\b(?:reviews?|ratings?|"
        r"discounts?|was[- ]prices?|original prices?|sales?|figures|data|invoices?)\b|\b(?:delete|hide|remove|"
        r"suppress|bury)\b[^.?!]{0,20}\b(?:bad|negative|one-star|1-star|poor) reviews?\b"),
    ("deceit",
        r"刷单|刷好评|刷(?:点|些|几[条个]|一?批)?(?:好|假)?评|假(?:评论|评价|好评)|虚构(?:原价|评论|订单)|伪造|"
        r"虚假|先涨后降|(?:删|隐藏|屏蔽)(?:掉|除)?(?:所有|全部)?的?差评"),
)  # fmt: skip
_REFUSALS = tuple((why, re.compile(pattern)) for why, pattern in REFUSALS)

_OFF_TOPIC = re.compile(
    r"\bweather\b|\bjokes?\b|\bpoems?\b|\bhaiku\b|\brecipe\b|\bcapital of\b|\btranslat\w+|\b(?:football|soccer|"
    r"cricket|basketball|rugby|tennis|world cup|premier league)\b|"
    r"\bwho (?:won|is the|was the|wrote|invented|discovered|painted)\b|\b(?:python|javascript|java|sql|"
    r"c\+\+) (?:code|script|program|function)\b|\bwrite (?:me |us )?(?:a|an|some|my)\b|"
    r"\bhomework\b|\b(?:prime minister|president|election|politics|government)\b|\b(?:bitcoin|crypto\w*|"
    r"stock market|nasdaq|shares)\b|\b(?:movies?|films?|netflix|song|sing|lyrics|story)\b|"
    r"\b(?:horoscope|astrology|meaning of life|in love|girlfriend|boyfriend|marry me|my wife|my husband)\b|"
    r"\b(?:doctor|headache|medicine|symptoms?|diet|diagnos\w+)\b|\bhow old are you\b|"
    r"\bwhat time is it\b|\bbook (?:me )?(?:a|an) (?:flight|table|hotel|taxi|ticket)\b|\b(?:solve|equation|"
    r"square root|integral)\b|\bhow (?:do|can) i (?:cook|bake|fix|hack|build|make a)\b|\bhack\b|\bbomb\b|"
    r"\bnews\b|"
    r"天气|下雨|笑话|写(?:一)?(?:首|篇|段)|作文|诗|菜谱|怎么做(?:菜|饭)|翻译|足球|篮球|世界杯|比赛|电影|电视剧|"
    r"唱(?:首)?歌|股票|股市|比特币|总统|总理|首都|算命|星座|作业|写代码|程序|"
    r"现在几点|几点了|新闻|故事|生病|感冒|头疼|减肥|女朋友|男朋友|谈恋爱|订(?:机票|酒店)|旅游攻略|明星|"
    r"游戏(?:攻略|怎么)|炸弹|黑客",
    re.ASCII,
)


def refusal(text: str) -> str:
    """Which line the folded text asks to cross, or ""."""
    return next((why for why, pattern in _REFUSALS if pattern.search(text)), "")


def off_topic(text: str) -> bool:
    """Whether it speaks of what no pricing desk answers (trust it only where no tool's cue is there)."""
    return bool(_OFF_TOPIC.search(text))
