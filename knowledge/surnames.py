"""The most frequent Chinese surnames, without those that are everyday words before a title."""

_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾"
    "夏韦付邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾郝龚邵钱严覃武戴莫孔汤"
)
SURNAMES = ("欧阳", "上官", "司马", "诸葛", "司徒", *_SINGLE)
