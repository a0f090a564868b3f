"""The simulated shop's catalogue: what it sells, under which names, for about how much."""

from dataclasses import dataclass
from itertools import product as combinations

import numpy as np
import polars as pl

Pair = tuple[str, str]  # English, Chinese
Peak = tuple[int, int, float, float]  # month, day, height in logs, width in days


def _pairs(text: str) -> tuple[Pair, ...]:
    pairs = (item.strip().rsplit(" ", 1) for item in text.split(","))
    return tuple((english, chinese) for english, chinese in pairs)


@dataclass(frozen=True)
class Category:
    """A row of the assortment. Names are first + second + noun [+ size]; a noun with `*` comes in sizes."""

    name: str
    elasticity: float  # mean of its products
    usual_price: tuple[float, float]  # GBP
    line_units: float  # mean units of a retail order line
    theme: str  # what is bought together across categories
    peaks: tuple[Peak, ...]
    firsts: tuple[Pair, ...]
    seconds: tuple[Pair, ...]
    nouns: tuple[Pair, ...]
    sizes: tuple[Pair, ...]
    use: Pair  # closes the description


COLOURS = _pairs(
    "White 白色,Sage Green 灰绿色,Navy 藏青色,Blush Pink 浅粉色,Mustard 姜黄色,Charcoal 炭灰色,Red 红色,Sky Blue 天蓝色"
)
SIZES = _pairs("Small 小号,Medium 中号,Large 大号")
CHRISTMAS: Peak = (12, 8, 0.7, 20)
BLACK_FRIDAY: Peak = (11, 27, 0.3, 5)
SUMMER: Peak = (7, 10, 0.5, 40)

CATEGORIES = (
    Category("Candles & Lights", -1.8, (4, 22), 2.4, "evening", ((11, 20, 0.9, 35),), COLOURS,
             _pairs("Heart 心形,Star 星形,Lotus 莲花,Moroccan 摩洛哥风,"
                    "Honeycomb 蜂巢纹,Ribbed 罗纹,Birdcage 鸟笼,Mosaic 马赛克"),
             _pairs("T-Light Holder 茶蜡烛台,Lantern* 提灯,Pillar Candle* 柱形蜡烛,"
                    "Scented Candle 香薰蜡烛,String Lights 串灯"),
             SIZES, ("Gives a warm light to a shelf or a table.", "为书架或餐桌添一抹暖光。")),
    Category("Christmas", -1.2, (3, 18), 2.8, "presents", ((12, 3, 2.3, 24),),
             _pairs("Gold 金色,Silver 银色,Frosted 霜白,Nordic 北欧风,"
                    "Rustic 乡村风,Forest Green 森绿色,Ruby 宝石红,Ivory 象牙白"),
             _pairs("Star 星星,Snowflake 雪花,Reindeer 驯鹿,Robin 知更鸟,"
                    "Holly 冬青,Angel 天使,Pinecone 松果,Bell 铃铛"),
             _pairs("Tree Ornament 圣诞树挂件,Door Wreath* 圣诞门环,Garland 圣诞彩带,"
                    "Stocking 圣诞袜,Advent Calendar 降临节日历"),
             SIZES, ("Festive decoration that comes out every year.", "年年都能拿出来的节日装饰。")),
    Category("Tea", -1.4, (5, 24), 2.2, "tea table", ((12, 1, 0.4, 40), (2, 1, 0.25, 25)),
             _pairs("Yunnan 云南,Fujian 福建,Anhui 安徽,Zhejiang 浙江,"
                    "Taiwan 台湾,Hunan 湖南,Sichuan 四川,Guangdong 广东"),
             _pairs("Spring 春采,Organic 有机,Roasted 烘焙,High Mountain 高山,"
                    "Old Tree 老树,Honey 蜜香,Orchid 兰香,Hand-Rolled 手揉"),
             _pairs("Black Tea* 红茶,Green Tea* 绿茶,White Tea 白茶,Oolong* 乌龙茶,Jasmine Tea 茉莉花茶"),
             _pairs("50 g 50克装,125 g 125克装,250 g 250克装"),
             ("Loose leaf, packed in a tin.", "散装茶叶，罐装密封。")),
    Category("Teaware", -2.2, (6, 42), 2.0, "tea table", ((12, 5, 0.6, 30), (5, 1, 0.2, 25)), COLOURS,
             _pairs("Willow 柳纹,Crackle 冰裂纹,Bamboo 竹节,Plum Blossom 梅花,"
                    "Speckled 麻点,Blue Wave 青浪,Celadon 青瓷,Tenmoku 天目"),
             _pairs("Teapot* 茶壶,Tea Cup 茶杯,Gaiwan 盖碗,Tea Tray* 茶盘,Tea Caddy 茶叶罐"),
             SIZES, ("Glazed by hand; dishwasher safe.", "手工上釉，可用洗碗机清洗。")),
    Category("Kitchen", -2.5, (5, 35), 2.1, "garden table", (CHRISTMAS,), COLOURS,
             _pairs("Polka Dot 波点,Gingham 格纹,Enamel 搪瓷,Beechwood 榉木,"
                    "Retro 复古,Lemon 柠檬,Acacia 相思木,Striped 条纹"),
             _pairs("Storage Jar* 储物罐,Cake Tin* 蛋糕模,Apron 围裙,Chopping Board* 砧板,Lunch Box 饭盒"),
             SIZES, ("Made for a kitchen that is used every day.", "天天下厨也耐用。")),
    Category("Stationery", -1.5, (3, 16), 2.8, "desk", ((9, 1, 0.7, 25), CHRISTMAS),
             COLOURS,
             _pairs("Botanical 植物,Map 地图,Marbled 大理石纹,Constellation 星座,"
                    "Linen 亚麻,Kraft 牛皮纸,Watercolour 水彩,Dotted 点阵"),
             _pairs("Notebook* 笔记本,Gel Pen Set 中性笔套装,Gift Wrap 包装纸,"
                    "Greeting Cards 贺卡,Desk Organiser 桌面收纳盒"),
             _pairs("A6 A6款,A5 A5款,"
                    "A4 A4款"), ("Good paper that takes ink without bleeding.", "纸质厚实，书写不洇墨。")),
    Category("Bags", -2.4, (5, 45), 1.9, "outfit", (SUMMER, CHRISTMAS), COLOURS,
             _pairs("Woodland 林地,Paisley 佩斯利,Canvas 帆布,Quilted 绗缝,"
                    "Strawberry 草莓,Vintage Rose 复古玫瑰,Quiet 素面,Checked 棋盘格"),
             _pairs("Tote Bag* 托特包,Backpack* 双肩包,Wash Bag 洗漱包,Jumbo Shopper 大购物袋,Pencil Case 笔袋"),
             SIZES, ("Folds flat, carries a lot.", "可折叠收纳，容量大。")),
    Category("Jewellery", -0.9, (8, 55), 1.4, "outfit", ((2, 12, 0.8, 9), CHRISTMAS),
             _pairs("Silver-Plated 镀银,Gold-Plated 镀金,Rose Gold 玫瑰金,Brass 黄铜,"
                    "Pearl 珍珠,Jade 玉石,Turquoise 绿松石,Amber 琥珀"),
             _pairs("Moon 月亮,Leaf 叶子,Knot 绳结,Daisy 雏菊,Feather 羽毛,Wave 波浪,Bee 蜜蜂,Comet 彗星"),
             _pairs("Necklace 项链,Earrings 耳环,Bracelet* 手链,Ring* 戒指,Brooch 胸针"),
             SIZES, ("Comes in a gift box.", "附礼盒包装。")),
    Category("Garden", -1.7, (5, 38), 2.2, "garden table", ((5, 20, 1.1, 40),), COLOURS,
             _pairs("Terracotta 陶土,Zinc 镀锌,Wicker 藤编,Fern 蕨叶,"
                    "Hammered 锤纹,Wildflower 野花,Slate 石板,Trellis 花格"),
             _pairs("Plant Pot* 花盆,Watering Can* 洒水壶,Bird Feeder 喂鸟器,"
                    "Garden Sign 花园立牌,Trowel Set 园艺铲套装"),
             SIZES, ("Stands the weather.", "经得起风吹雨打。")),
    Category("Toys", -2.0, (5, 32), 1.8, "presents", ((12, 3, 1.4, 24),), COLOURS,
             _pairs("Dinosaur 恐龙,Rocket 火箭,Rabbit 兔子,Circus 马戏团,"
                    "Panda 熊猫,Farmyard 农场,Ocean 海洋,Dragon 小龙"),
             _pairs("Wooden Puzzle 木质拼图,Soft Toy* 毛绒玩具,Building Blocks 积木,"
                    "Spinning Top 陀螺,Memory Game 记忆卡牌"),
             SIZES, ("For children from three years.", "适合三岁以上儿童。")),
    Category("Phone Accessories", -3.2, (6, 36), 1.5, "desk", ((9, 20, 0.3, 20), BLACK_FRIDAY), COLOURS,
             _pairs("Slim 超薄,Magnetic 磁吸,Rugged 防摔,Braided 编织,"
                    "Foldable 折叠,Frosted 磨砂,Travel 旅行,Fast-Charge 快充"),
             _pairs("Phone Case 手机壳,USB-C Cable* C口数据线,Power Bank* 充电宝,"
                    "Phone Stand 手机支架,Earphone Pouch 耳机收纳包"),
             _pairs("Compact 标准款,Plus 加强款,Max 旗舰款"), ("Works with all current models.", "适配主流机型。")),
    Category("Home Textiles", -2.0, (7, 48), 1.8, "evening", ((11, 1, 0.6, 50),), COLOURS,
             _pairs("Cable-Knit 绞花针织,Velvet 天鹅绒,Tartan 苏格兰格,Waffle 华夫格,"
                    "Embroidered 刺绣,Tufted 簇绒,Herringbone 人字纹,Fringed 流苏"),
             _pairs("Cushion Cover* 抱枕套,Throw* 盖毯,Bath Towel* 浴巾,Table Runner 桌旗,Draught Excluder 门底挡风条"),
             SIZES, ("Soft and machine washable.", "柔软亲肤，可机洗。")),
)  # fmt: skip
BRANDS = ("Hollyhock", "Fen & Field", "Lantern Lane", "青竹坊", "Harbour Row", "Little Wren", "云山记", "Northgate")
SIZE_RATIO = (1.0, 1.4, 1.9)
SIZED_SHARE = 0.35


@dataclass(frozen=True)
class Item:
    """A design: one product, or one product a size."""

    category: Category
    name: Pair
    noun: Pair
    sizes: tuple[Pair, ...]  # empty where it comes in one size only


def catalogue(rng: np.random.Generator, products: int) -> pl.DataFrame:
    """`products` rows: sku, name, name_zh, category, description, brand, and what the simulation needs of them.

    `family` numbers the designs (the sizes of one design share it), `substitutes` names the kind of thing it is,
    `theme` what it is bought together with, `usual_price` (GBP) where its price starts. Names are distinct in both
    languages.
    """
    designs = {c.name: _designs(rng, c) for c in CATEGORIES}
    rows: list[dict[str, object]] = []
    turn, groups = 0, max(4, products // 50)
    while len(rows) < products:
        category = CATEGORIES[turn % len(CATEGORIES)]
        edition, place = divmod(turn // len(CATEGORIES), len(designs[category.name]))
        rows += _products(rng, designs[category.name][place], turn, edition, groups)[: products - len(rows)]
        turn += 1
    skus = (f"{row['prefix']}-{number:04d}" for number, row in enumerate(rows, start=1))
    return pl.DataFrame(rows).with_columns(sku=pl.Series(list(skus))).drop("prefix")


def _designs(rng: np.random.Generator, category: Category) -> list[Item]:
    """Every design of a category in random order, the kinds of thing taking turns."""
    styles = list(combinations(category.firsts, category.seconds))
    columns = [[(noun, styles[i]) for i in rng.permutation(len(styles))] for noun in category.nouns]
    return [_design(category, noun, style) for turn in zip(*columns, strict=True) for noun, style in turn]


def _design(category: Category, noun: Pair, style: tuple[Pair, Pair]) -> Item:
    (first, second), kind = style, (noun[0].rstrip("*"), noun[1])
    name = (f"{first[0]} {second[0]} {kind[0]}", first[1] + second[1] + kind[1])
    return Item(category, name, kind, category.sizes if noun[0].endswith("*") else ())


def _products(
    rng: np.random.Generator, design: Item, family: int, edition: int, groups: int
) -> list[dict[str, object]]:
    category, sized = design.category, bool(design.sizes) and rng.random() < SIZED_SHARE
    later: Pair = (f" No. {edition + 1}", f"（第{edition + 1}辑）") if edition else ("", "")
    usual = float(np.exp(rng.uniform(*np.log(category.usual_price))))
    usual = usual / SIZE_RATIO[1] if sized else usual
    shared = {
        "prefix": category.name[:3].upper(),
        "category": category.name,
        "brand": BRANDS[int(rng.integers(len(BRANDS)))],
        "family": family,
        "substitutes": f"{category.name}: {design.noun[0]}",
        "theme": f"{category.theme} {rng.integers(groups)}",
        "noun": design.noun[0],
        "noun_zh": design.noun[1],
    }
    sizes: tuple[Pair, ...] = design.sizes if sized else (("", ""),)
    return [
        shared | _words(design, size, later) | {"usual_price": usual * ratio}
        for size, ratio in zip(sizes, SIZE_RATIO, strict=False)
    ]


def _words(design: Item, size: Pair, later: Pair) -> dict[str, str]:
    tail = (f", {size[0]}" if size[0] else "", f" {size[1]}" if size[1] else "")
    name, name_zh = design.name[0] + later[0] + tail[0], design.name[1] + later[1] + tail[1]
    use = design.category.use
    return {"name": name, "name_zh": name_zh, "description": f"{name}. {use[0]} {name_zh}，{use[1]}"}
