"""What is said of background work, of webhooks, and of conversations that are nobody's."""

from agents.translating.pattern import Rows

OUTSIDE: Rows = (
    ("{name:text} is no address. Give one such as https://example.com/prices.",
     "{name} 不是地址。请填写类似 https://example.com/prices 的地址。"),
    ("An address carries no user name, password or fragment. Leave them out.",
     "地址中不得包含用户名、密码或片段标识。请将其去掉。"),
    ("{name:text} is not safe: what is sent could be read. Give an https address.",
     "{name} 不安全：发送的内容可能被他人读取。请填写 https 地址。"),
    ("The host {name:text} cannot be found: {said:text}. Check its name.", "找不到主机 {name}：{said}。请核对名称。"),
    ("{name:text} leads to {other:text}, which is no public address. Give a public one, or let the operator allow "
     "private ones by PRICEDESK_WEBHOOK_PRIVATE=true.",
     "{name} 指向 {other}，这不是公网地址。请填写公网地址，"
     "或由运维人员设置 PRICEDESK_WEBHOOK_PRIVATE=true 允许内网地址。"),
    ("There is no job {name:text}. The list of jobs shows their numbers.", "没有任务 {name}。编号见任务列表。"),
    ("Only {name:text}, who asked for job {job:text}, or an admin may cancel it.",
     "只有发起任务的 {name} 或管理员可以取消任务 {job}。"),
    ("Job {name:text} is {state:work}: there is nothing left to cancel.", "任务 {name} {state}，没有可取消的内容。"),
    ("There is no such conversation in your list. Begin a new one.", "您的列表中没有这个对话。请新开一个。"),
    ("There is no webhook {n}. The list of webhooks shows their numbers.",
     "没有编号为 {n} 的网络回调。编号见网络回调列表。"),
    ("Webhooks tell the outside what the store does, so only an admin may change them; {name:text} is {role}.",
     "网络回调会对外告知店铺动态，因此只有管理员可以更改；{name} 的角色是{role}。"),
    ("There is no kind of event {name:text}. Give some of {kinds:text}.", "没有事件类型 {name}。可选：{kinds}。"),
    ("{path:text} has no review that is labelled 0 or 1. Give reviews with their labels.",
     "{path} 中没有标为 0 或 1 的评论。请提供带标注的评论。"),
    ("{n} texts are too few to teach and to judge. Give a hundred or more, each of its own words.",
     "{n} 条文本太少，不足以训练和评判。请提供一百条以上各不相同的文本。"),
    ("{path:text} is no table with cat, label and review: {fault:text}. Give Parquet or CSV.",
     "{path} 不是带类别、标注和正文列的表：{fault}。请换一个表格文件。"),
    ("{path:text} is no source package of {package:text} with its rated snippets. Fetch it as source, without "
     "binaries.",
     "{path} 不是带有评分片段的 {package} 源码包。请获取其源码包。"),
)  # fmt: skip
