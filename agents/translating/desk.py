"""What the moves of a proposal, the price list and the stores of data say."""

from agents.translating.pattern import Rows

DESK: Rows = (
    (
        "No product has the SKU {sku:text}. Search by its name, or import it with products.",
        "没有货号为 {sku} 的商品。请按名称搜索，或在商品数据中导入。",
    ),
    (
        "There is no proposal {n}. The list of proposals shows their numbers.",
        "没有编号为 {n} 的方案。编号请见方案列表。",
    ),
    (
        "Proposal {n} is not rejected: no reason was given. Say why, in a few words.",
        "方案 {n} 未被拒绝：没有填写理由。请简单说明原因。",
    ),
    (
        "Proposal {n} is not approved: an approval names the version that was seen.",
        "方案 {n} 未被批准：批准时必须指明所看到的版本。",
    ),
    (
        "Proposal {n} is {status} and cannot become {to:status}. From here it can become: {after}.",
        "方案 {n} 目前为“{status}”，不能变为“{to}”。接下来可以变为：{after}。",
    ),
    (
        "{name:text} ({role}) may not take proposal {n} from {status} to {to:status}. Ask one of these: {roles}.",
        "{name}（{role}）无权把方案 {n} 从“{status}”改为“{to}”。请找：{roles}。",
    ),
    (
        "{name:text} asked for proposal {n}, whose risk is {level}: another approver has to sign it.",
        "{name} 是方案 {n} 的提出人，该方案风险为{level}：须由另一位审批人签字。",
    ),
    ("superseded by proposal {n}", "已被方案 {n} 取代"),
    ("nobody decided it in time", "没有人在期限内作出决定"),
    ("nobody decided it before {moment} UTC", "在 {moment} UTC 之前没有人作出决定"),
    (
        "Proposal {n} is now expired: nobody decided it before {moment} UTC. Ask for a fresh one.",
        "方案 {n} 已过期：在 {moment} UTC 之前没有人作出决定。请重新生成方案。",
    ),
    (
        "Proposal {n} is now expired: the data, the price or the rules of {sku:text} have changed since it was made. "
        "Ask for a fresh one.",
        "方案 {n} 已过期：生成之后，{sku} 的数据、价格或规则发生了变化。请重新生成方案。",
    ),
    (
        "the data, the price or the rules of {sku:text} have changed since it was made",
        "生成之后，{sku} 的数据、价格或规则发生了变化",
    ),
    (
        "Proposal {n} was changed outside Pricedesk. Reject it and ask again.",
        "方案 {n} 在本系统之外被改动过。请拒绝它并重新询问。",
    ),
    (
        "Proposal {n} (version {version:n}) is not what was looked at. Look at it as it is now, then decide.",
        "方案 {n}（版本 {version}）与您看到的内容不一致。请查看现在的内容后再决定。",
    ),
    (
        "Somebody else has just changed proposal {n}. Look at it again, then decide.",
        "方案 {n} 刚刚被别人改动。请重新查看后再决定。",
    ),
    (
        "The batch {batch:text} has a price for {sku:text} already, proposal {n}. Edit that one, or ask outside "
        "the batch.",
        "批次 {batch} 中已有商品 {sku} 的价格（方案 {n}）。请修改该方案，或在批次之外提出。",
    ),
    ("{said:text} is no decision. Approve or reject.", "{said} 不是有效的决定。请选择批准或拒绝。"),
    (
        "{name:text} rejected {money} for {sku:text} (proposal {n}) for this reason: “{why:text}”. "
        "Neither the data nor the rules have changed since. Ask for another goal or price, or import newer sales.",
        "{name} 曾拒绝 {money} 的定价（商品 {sku}，方案 {n}），理由是：“{why}”。此后数据和规则都没有变化。"
        "请换一个目标或价格，或导入更新的销售数据。",
    ),
    (
        "{sku:text} has been given another price since proposal {n}: it is {price:known} now. "
        "Ask for a new price instead of rolling back.",
        "{sku} 在方案 {n} 之后又改过价格，现在是 {price}。请重新询问价格，不要回滚。",
    ),
    ("Proposal {n} is not applied.", "方案 {n} 未能应用。"),
    ("Proposal {n} is not rolled back.", "方案 {n} 未能回滚。"),
    (
        "Proposal {n} is on its way: {sinks} has not taken the price yet and is asked again by itself.",
        "方案 {n} 正在发送：{sinks} 尚未接收该价格，系统会自动重试。",
    ),
    (
        "Proposal {n} cannot become {to:status}: its price is on its way to {sinks}. "
        "Wait until it has arrived or was given up.",
        "方案 {n} 不能变为“{to}”：其价格正在发往 {sinks}。请等待送达或放弃之后再操作。",
    ),
    (
        "{sku:text} is just being given the price of proposal {n}, which is on its way to {sink:text}. "
        "Wait until it has arrived or was given up.",
        "{sku} 正在采用方案 {n} 的价格，该价格正在发往 {sink}。请等待送达或放弃之后再操作。",
    ),
    (
        "Proposal {n} cannot become {to:status}: a newer one for {sku:text}, proposal {newer:n}, has taken its place. "
        "Look at that one, then decide.",
        "方案 {n} 不能变为“{to}”：{sku} 的新方案 {newer} 已取代它。请查看新方案后再决定。",
    ),
    (
        "{sku:text} has been given another price since proposal {n}: it is {price:known} now. "
        "Roll the proposal back where it was taken, or ask for a new price.",
        "{sku} 在方案 {n} 之后又改过价格，现在是 {price}。请在已接收之处回滚该方案，或重新询问价格。",
    ),
    (
        "No sink has taken the price of proposal {n}, so there is nothing to roll back. "
        "Apply it again, or ask for a fresh one.",
        "方案 {n} 的价格尚未被任何渠道接收，因此无可回滚。请重新应用，或重新生成方案。",
    ),
    (
        "There is nothing to retry under the number {n}. `pricedesk outbox` lists what was given up.",
        "编号 {n} 下没有可重试的内容。`pricedesk outbox` 会列出已放弃的发送。",
    ),
    (
        "No sink called {sink:text} is set up here. Set it up, or roll the proposal back.",
        "这里没有配置名为 {sink} 的渠道。请配置该渠道，或回滚该方案。",
    ),
    (
        "The sink {sink:text} broke down (fault {fault:text} in the log).",
        "渠道 {sink} 出现故障（日志中的故障号 {fault}）。",
    ),
    (
        "The price list {file:text} cannot be written: {fault}. Make its folder writable, then apply again.",
        "无法写入价格表 {file}：{fault}。请开放所在文件夹的写入权限，然后重新应用。",
    ),
    (
        "No engine is called {name:text}. Use {engine} or {other:engine}.",
        "没有名为 {name} 的计算引擎。请使用 {engine} 或 {other}。",
    ),
    (
        "Ray is not installed. Install the extra: pip install 'pricedesk[ray]', or use --engine local.",
        "尚未安装 Ray。请运行 pip install 'pricedesk[ray]' 安装该扩展，或改用 --engine local。",
    ),
    (
        "A worker process died, most likely for lack of memory. Run the command again: it goes on where it stopped.",
        "一个计算进程意外终止，很可能是内存不足。请重新运行该命令：会从中断处继续。",
    ),
    ("An edit needs the new price, above zero.", "修改方案需要给出大于零的新价格。"),
    (
        "The text store in {folder:text} cannot be used ({fault}). "
        "Rebuild it: nothing is lost, the texts are embedded again from the database.",
        "文本库 {folder} 无法使用（{fault}）。请重建：不会丢失内容，文本会从数据库重新生成。",
    ),
    (
        "The Chroma server at {url:text} cannot be used ({fault}). "
        "Start it, or unset PRICEDESK_KNOWLEDGE_URL to keep the texts beside the database.",
        "位于 {url} 的 Chroma 服务器无法使用（{fault}）。"
        "请启动它，或取消 PRICEDESK_KNOWLEDGE_URL，把文本存放在数据库旁。",
    ),
    (
        "{url:text} is no address of a Chroma server. Give one such as http://127.0.0.1:8000 or, "
        "where several shops share it, http://127.0.0.1:8000/myshop.",
        "{url} 不是 Chroma 服务器的地址。请填写例如 http://127.0.0.1:8000，多家店共用时填写 http://127.0.0.1:8000/myshop。",
    ),
)  # fmt: skip
