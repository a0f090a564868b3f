"""What the schedule and the sinks say: shops, the signed webhook, and the addresses behind them."""

from agents.translating.pattern import Rows

SELLING: Rows = (
    (
        "Proposal {n} was to be charged until {moment} UTC, and that is over. Ask for a fresh one.",
        "方案 {n} 的有效期至 {moment} UTC，现已结束。请重新生成方案。",
    ),
    (
        "{moment} UTC is past. Give a later start, or apply the price now.",
        "{moment} UTC 已经过去。请给出更晚的开始时间，或立即应用该价格。",
    ),
    (
        "The end {moment} UTC is not after the start. Give a later end, or none.",
        "结束时间 {moment} UTC 不晚于开始时间。请给出更晚的结束时间，或不设结束时间。",
    ),
    (
        "{moment} has no zone. Give one, as in {example:text}.",
        "{moment} 没有时区。请注明时区，例如 {example}。",
    ),
    ("its time on the schedule has come", "排期时间已到"),
    ("its time on the schedule is over", "排期时间已结束"),
    ("its time was over before it could be applied", "在应用之前，其有效期已经结束"),
    (
        "The answer was no JSON, as where a gateway answers in the place of the shop.",
        "回应的格式不对，可能是网关代替店铺作了回应。",
    ),
    (
        "{host:text} answers too slowly for all of these; the rest is asked again.",
        "{host} 响应太慢，无法全部完成；其余的会自动重试。",
    ),
    ("{host:text} cannot be reached ({fault:text}).", "无法连接 {host}（{fault}）。"),
    (
        "{host:text} points elsewhere (status {n}); prices are told to no other address. Set it anew.",
        "{host} 指向别处（状态 {n}）；价格不会发往其他地址。请重新设置地址。",
    ),
    (
        "{host:text} does not accept our key (status {n}). Set a valid one with the right to write.",
        "{host} 不接受我们的密钥（状态 {n}）。请设置有写入权限的有效密钥。",
    ),
    ("{host:text} is busy (status {n}).", "{host} 正忙（状态 {n}）。"),
    ("{host:text} refused (status {n}): “{said:text}”.", "{host} 拒绝了请求（状态 {n}）：“{said}”。"),
    (
        "{shop} has {n} variants with the SKU {sku:text}, and one is needed. Give each variant a SKU of its own.",
        "{shop} 中货号为 {sku} 的款式有 {n} 个，只能有一个。请为每个款式设置各自的货号。",
    ),
    (
        "{shop} has {n} products with the SKU {sku:text}, and one is needed. "
        "Give each product and variation a SKU of its own.",
        "{shop} 中货号为 {sku} 的商品有 {n} 个，只能有一个。请为每个商品和款式设置各自的货号。",
    ),
    (
        "The {shop} shop charges {code:text}, and {sku:text} is priced in {other:text}. "
        "Send it to a shop of that currency.",
        "{shop} 店铺以 {code} 收费，而 {sku} 以 {other} 定价。请发往使用该货币的店铺。",
    ),
    (
        "{sku:text} is a product with variations in {shop}, and each of them has its own price. "
        "Import the variations with their own SKUs.",
        "{sku} 在 {shop} 中是多款式商品，每个款式各有价格。请按各自的货号导入款式。",
    ),
    ("{shop} refused the price of {sku:text}: “{said:text}”.", "{shop} 拒绝了 {sku} 的价格：“{said}”。"),
    (
        "{shop} did not take the price of {sku:text} as it is. Look at it in the shop.",
        "{shop} 没有按原样接收 {sku} 的价格。请在店铺中查看。",
    ),
    ("{shop} did not say whether it took the price of {sku:text}.", "{shop} 没有说明是否接收了 {sku} 的价格。"),
    ("{shop}'s rate limit is reached.", "已达到 {shop} 的请求频率上限。"),
    ("{shop} had a fault of its own.", "{shop} 自身出现故障。"),
    ("{shop} answered something else than its API does.", "{shop} 的回应与其接口不符。"),
    ("{shop} refused: “{said:text}”.", "{shop} 拒绝了请求：“{said}”。"),
)  # fmt: skip
