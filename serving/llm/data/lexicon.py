"""What fills the lesser slots of a phrasing, by language."""

from typing import Literal

Language = Literal["en", "zh"]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "topic": "zip|handle|quality|size|smell|colour|delivery|packaging|lid|straps|battery|taste|fabric|finish|"
        "price|fit|instructions|sound|material|stitching",
        "reason": "too steep|too low|the margin is too thin|competitors are cheaper|we just raised it last week|"
        "customers will complain|bad timing before the holidays|i don't believe the forecast|we'd lose our regulars|"
        "we have hardly any stock|the supplier is about to cut the cost|it looks cheap|wait until after easter|"
        "the brand forbids it|that's a silly number|it doesn't fit our price ladder|sales are fine as they are|"
        "i want to see more data first|the old price works|not before the sale ends|people won't pay that",
        "city": "london|paris|manchester|tokyo|berlin|madrid|chicago",
        "country": "france|peru|australia|kenya|canada|norway|mongolia",
        "thing": "cats|the sea|autumn|my boss|love|good morning|thank you very much|trains|shopping",
        "food": "risotto|pancakes|a lasagne|kung pao chicken|banana bread",
        "person": "the president|taylor swift|elon musk|my neighbour|the king",
        "rival_name": "our competitor|the shop next door|CheapMart|the other sellers|our main rival|Brightway",
        "opener": "hi, |hello, |hey |hey, |morning! |ok so |quick one: |quick question - |sorry to bother you, |"
        "team, |dear pricedesk, |well, |right, |so |um |@pricedesk |good afternoon. |boss wants to know: |listen, ",
        "closer": " thanks| cheers| please| thx| asap| pls| :)| !!| thank you| - ta| when you have a minute|"
        " today if possible| mate",
        "after": ". it's been on the shelf for ages|. my accountant wants to know|, the supplier is waiting|"
        ". sorry if that's a silly question|. we talked about it at the shop yesterday|. it's for the new catalogue|"
        ". the box is a bit dented but fine|, before i call the wholesaler|. no rush|. i need it for a meeting at 3|"
        ". customers keep asking|. we sell online and in the shop|, my colleague says you know this",
        "aside": "we had a slow week. |our supplier just raised their prices. |it's raining and the shop is empty. |"
        "i only have two minutes. |been thinking about this all day. |the boss keeps asking. |"
        "not sure i'm asking the right place. |we opened a second shop. |i checked the spreadsheet and got confused. |"
        "the window display is finally done. |trade has been odd lately. |a customer asked me this morning. |"
        "the new girl at the till asked me. |we have about 40 of them left. |we've been at this for 3 years. |"
        "i got 2 emails about it. |last time you were spot on. |my nephew lost the spreadsheet. |"
        "somebody at the fair went on about it for an hour. |the lorry comes on thursday and i've room for 6 pallets. |"
        "my sister says one thing and my husband another. |don't laugh, i've only been doing this since may. |"
        "spent the morning counting the stockroom with the twins. |the wholesaler rang again about his 30 day terms. |"
        "between you and me the window looks shabby. |i've read every blog there is. |back from leave, catching up. |"
        "the council dug up our street for 3 weeks. |two tills, one pair of hands, you know how it is. |"
        "grandad opened this place in 1962. |i was told you'd know. |our baker quit. |we're a small team of 5. |"
        "this is for the friday meeting. |no idea what the last manager was thinking. ",
    },
    "zh": {
        "topic": "质量|尺寸|味道|颜色|物流|包装|拉链|手柄|做工|材质|电池|口感|面料|气味|音质|大小|说明书|耐用性",
        "reason": "涨太多了|太贵了|太便宜了|毛利太薄|对手更便宜|上周刚调过|顾客会有意见|节前不合适|我不相信这个预测|"
        "库存不多了|会丢老客户|品牌方不允许|时机不对|等促销结束再说|降得太狠|数据太少|现价挺好的|老板不同意|成本要降了|"
        "看着太廉价|幅度太大",
        "city": "北京|上海|广州|成都|东京|巴黎",
        "country": "法国|秘鲁|澳大利亚|肯尼亚|加拿大|挪威",
        "thing": "猫|大海|秋天|爱情|早上好|春天|老板",
        "food": "红烧肉|提拉米苏|宫保鸡丁|饺子|蛋炒饭",
        "person": "美国总统|马斯克|周杰伦|隔壁老王|刘德华",
        "rival_name": "隔壁店|对手|竞争对手|同行|惠万家|对面那家店",
        "opener": "你好,|您好,|请问,|请问|麻烦问下,|在吗,|那个,|老板问,|亲,|帮我看看,|想问一下,|急!|小助手,|嗨,|"
        "我想问,",
        "closer": ",谢谢|,谢谢啦|,急|。|!|呀|,麻烦了|,在线等|哈|~|,多谢|,尽快|,辛苦",
        "after": ",放架上很久了|,会计在等|,供应商催着要|,问得有点傻别介意|,昨天店里还聊到|,新目录要用|,不急|"
        ",下午3点开会要用|,顾客老问|,我们线上线下都卖|,打电话给批发商之前想弄清楚|,同事说问你就行",
        "aside": "最近生意一般。|供应商刚涨价了。|我就两分钟。|这事想了一天了。|老板一直催。|不知道问得对不对。|"
        "我们刚开了分店。|今天下雨没什么人。|表格看得我头疼。|有个顾客早上问我。|还剩40个左右。|我们开店3年了。|"
        "收到2封邮件问这个。|上次你说得挺准的。|店里新来的同事问我。|合伙人跟我吵了一上午,|我妈说一个样我老公说另一个样,|"
        "货代催了三遍,|闺蜜群里都在出主意,|刚休完假回来,|表哥非要插一嘴,|昨晚盘库盘到两点,|直播间有人刷屏问,|"
        "隔壁老板娘天天来打听,|快递小哥都看不下去了,|我爷爷那辈就开店了,|周五开会要用,|别笑我刚入行半年,|"
        "店里就我跟两个小妹,|前任店长留下一堆烂账,|下大雨没客人正好算算,|朋友圈刷到同款,|老板发话了,",
    },
}
