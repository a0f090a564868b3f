"""What is said of rules that somebody edits."""

from agents.translating.pattern import Rows

EDITING: Rows = (
    (
        "Rules are set for the store, or for a category or a product that is named.",
        "规则可以为全店设置，也可以为指定的品类或商品设置。",
    ),
    ("There is no {scope:scope}. Look it up among the products.", "没有这一项：{scope}。请在商品列表中查找。"),
    ("There is no rule {name:text}. The rules are: {names:text}.", "没有名为 {name} 的规则。可用的规则：{names}。"),
    ("The rules of {scope:scope} stay: no reason was given. Say why, in a few words.",
     "{scope}的规则没有改动：没有填写理由。请简单说明原因。"),
    ("reason: {n} characters are too many; give at most {most:n}.", "理由过长（{n} 个字符）；最多 {most} 个字符。"),
    (
        "The rules of {scope:scope} have no version {n}. Their history names them.",
        "{scope}的规则没有版本 {n}。可用的版本请见历史记录。",
    ),
    (
        "The rules of {scope:scope} have changed: version {n} is in force, and version {seen:n} was looked at. Look at "
        "them again, then decide.",
        "{scope}的规则已被改动：现行版本为 {n}，而您看到的是版本 {seen}。请重新查看后再决定。",
    ),
    (
        "{name:text} ({role}) may not change these rules of {scope:scope}: an admin may, and an approver the price "
        "limits of a product. Ask one of them.",
        "{name}（{role}）无权改动{scope}的这些规则：管理员可以改动，审批人可以改动单个商品的价格限制。请找他们。",
    ),
    (
        "{name:text} ({role}) may not sign proposal {n}, whose risk is {level}. Ask one of these: {roles}.",
        "{name}（{role}）无权签署方案 {n}，该方案风险为{level}。请找：{roles}。",
    ),
    (
        "endings: nothing in {scope:scope} is priced in {code}. Its currencies: {names:text}.",
        "endings：{scope}中没有以 {code} 定价的商品。所用货币：{names}。",
    ),
    (
        "{name:text}: no price in {code} ends in {value:text}; give coins below 1, such as 0.99.",
        "{name}：{code} 价格不可能以 {value} 结尾；请填写小于 1 的尾数，例如 0.99。",
    ),
    (
        "{name:text}: {value:text} is no currency; give three capitals such as GBP.",
        "{name}：{value} 不是货币代码；请填写三个大写字母，例如 GBP。",
    ),
    (
        "{name:text}: {value:text} cannot be; give a number from {low:n} to {high:n}.",
        "{name}：不能是 {value}；请填写 {low} 到 {high} 之间的数。",
    ),
    (
        "{name:text}: {value:text} cannot be; give whole days from {low:n} to {high:n}.",
        "{name}：不能是 {value}；请填写 {low} 到 {high} 之间的整数天数。",
    ),
    ("{name:text}: {value:text} cannot be; give true or false.", "{name}：不能是 {value}；请填写 true 或 false。"),
    (
        "{name:text}: {value:text} cannot be; give one of {names:text}.",
        "{name}：不能是 {value}；请填写其中之一：{names}。",
    ),
    (
        "{name:text}: {value:text} cannot be; give one or more of {names:text}.",
        "{name}：不能是 {value}；请填写其中一个或多个：{names}。",
    ),
    (
        "{name:text}: {value:text} cannot be; give the roles that sign each risk.",
        "{name}：不能是 {value}；请为每个风险等级填写签字角色。",
    ),
    (
        "{name:text}: {value:text} cannot be; give a list of endings for each currency.",
        "{name}：不能是 {value}；请为每种货币填写尾数列表。",
    ),
)  # fmt: skip
