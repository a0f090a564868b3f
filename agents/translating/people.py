"""What is said of accounts and keys."""

from agents.translating.pattern import Rows

PEOPLE: Rows = (
    ("{name:text} is no user name. Give 1 to 100 printable characters.",
     "{name} 不能用作用户名。请填写 1 至 100 个可显示的字符。"),
    ("There is a user {name:text} already. Choose another name.", "用户 {name} 已存在。请换一个名字。"),
    ("There is no user {name:text}.", "没有用户 {name}。"),
    ("{name:text} is no language of the page. Give en, zh, or nothing for the browser's.",
     "页面没有语言 {name}。请填写 en 或 zh，留空则跟随浏览器。"),
    ("{name:text} is no role of a person. Give one of {roles}.", "{name} 不是人员可用的角色。可选：{roles}。"),
    ("{name:text} is the last admin. Make somebody else an admin first.",
     "{name} 是最后一位管理员。请先将另一人设为管理员。"),
    ("A password has {n} to {most:n} characters; this one has {given:n}.",
     "密码须为 {n} 至 {most} 个字符；这一个有 {given} 个。"),
    ("{name:text} is no name for a key. Give 1 to 100 printable characters.",
     "{name} 不能用作密钥名称。请填写 1 至 100 个可显示的字符。"),
    ("A key without a scope opens nothing. Name at least one.", "没有权限范围的密钥毫无用处。请至少选一项。"),
    ("The key would have expired at {moment} UTC. Give a time to come.",
     "密钥在 {moment} UTC 就已过期。请填写将来的时间。"),
    ("There is no active user {name:text} to own the key.", "没有可以持有该密钥的有效用户 {name}。"),
    ("There is no key {name:text}. The list of keys shows their ids.", "没有密钥 {name}。编号见密钥列表。"),
    ("Key {name:text} is revoked or expired. Make a new one.", "密钥 {name} 已撤销或已过期。请新建一个。"),
)  # fmt: skip
