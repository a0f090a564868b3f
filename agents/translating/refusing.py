"""Why the mathematics says nothing, in Chinese."""

from agents.translating.pattern import Rows

REFUSALS: Rows = (
    (
        "Customers may not be told apart by {traits:text}. Use how recently, how often and what they bought here.",
        "不得按 {traits} 区分顾客。请只使用最近购买时间、购买次数和购买内容。",
    ),
    (
        "No order is known of customer {customer:text}. Offer what sells best, or what goes with the basket.",
        "没有顾客 {customer} 的订单。请推荐畅销品，或与购物篮搭配的商品。",
    ),
    (
        "{names:text} were in {n} orders together in {weeks:n} weeks; a bundle needs {least:n}. Show them side by "
        "side first.",
        "{names} 只有 {n} 单同时购买（共 {weeks} 周）；组合至少需要 {least} 单。请先并排展示。",
    ),
    (
        "{sku:text} has no known cost, so nobody can say whether a bundle pays. Add its cost.",
        "{sku} 的成本未知，无法判断组合是否划算。请补充成本。",
    ),
    (
        "How buyers of {sku:text} react to price is not known, so no price of a bundle can be defended. Run a price "
        "test.",
        "{sku} 的价格弹性未知，任何组合价都缺乏依据。请做价格测试。",
    ),
    (
        "No discount on {names:text} pays: what buyers who take them together anyway would save outweighs what others "
        "would add. Show them side by side at their own prices.",
        "{names} 打折组合不划算：本来就一起买的顾客省下的，超过其他顾客多买带来的。请按原价并排展示。",
    ),
    (
        "{n} products have sold for {weeks:n} weeks; {least:n} are needed to foresee a new one. Set a price by its "
        "cost and by the market, and test it.",
        "只有 {n} 件商品售满 {weeks} 周；预估新品至少需要 {least} 件。请按成本和市场定价，再做测试。",
    ),
    (
        "{n} customers bought two products or more; an offer needs {least:n}. Import sales with customer_id, or use "
        "what is bought together.",
        "只有 {n} 位顾客买过两件以上商品；推荐至少需要 {least} 位。"
        "请导入带 customer_id 的销售，或参考常一起购买的商品。",
    ),
    (
        "The purchases make no matrix that can be inverted. Import more orders.",
        "购买记录不足以计算。请导入更多订单。",
    ),
    (
        "No customer bought again after that day. Choose an earlier one.",
        "那天之后没有顾客再次购买。请选择更早的日期。",
    ),
    (
        "Nothing is known of how buyers of {sku:text} answer to price: {reason}",
        "无法得知 {sku} 的买家对价格的反应：{reason}。",
    ),
    (
        "{sku:text}: {reason}. The rules leave no other price to test.",
        "{sku}：{reason}。规则内没有其他价格可供测试。",
    ),
    ("{product:text}: {caution}.", "{product}：{caution}。"),
    ("{sku:text} has no forecast: {caution}", "{sku} 无法预测：{caution}。"),
    (
        "No calendar of holidays is known for {country:text}. Give an ISO code such as GB or US, or none.",
        "没有 {country} 的节假日日历。请给出 GB、US 之类的 ISO 代码，或留空。",
    ),
    (
        "{n} weeks of sales are too few to try {count:n} forecasts of {horizon:n} weeks on: that takes {needed:n}. "
        "Ask for fewer folds or a shorter horizon.",
        "{n} 周的销售数据太少，无法回测 {count} 次、每次预测 {horizon} 周：至少需要 {needed} 周。"
        "请减少回测次数，或缩短预测期。",
    ),
    (
        "The peers of the backtest need statsforecast, which is not installed. Install the extra: "
        "pip install 'pricedesk[backtest]'.",
        "回测的对照模型需要 statsforecast，目前尚未安装。请运行 pip install 'pricedesk[backtest]' 安装该扩展。",
    ),
    (
        "{sku:text}: the demand holds no draws at a lawful price. Draw it over the ladder.",
        "{sku}：需求模拟没有覆盖任何合规价格。请在可选价格上重新模拟需求。",
    ),
    (
        "{name:text}: its units must fall with its price. Give an elasticity below 0.",
        "{name}：涨价时销量必须下降。请给出小于 0 的弹性。",
    ),
    (
        "{sku:text} has no stock on hand, so there is nothing to clear. Seek profit instead.",
        "{sku} 没有库存，无需清仓。可以改以利润为目标。",
    ),
    (
        "{sku:text}: every lawful price is above today's {money}, so it cannot be marked down. Raise it to a lawful "
        "price first, or relax the rule that forbids today's.",
        "{sku}：所有合规价格都高于现价 {money}，因此不能降价。请先提到合规价格，或放宽禁止现价的规则。",
    ),
    (
        "No prices for {n} products were found within {seconds:n} seconds. Allow more time, or price one category at a "
        "time.",
        "未能为 {n} 件商品在 {seconds} 秒内找到价格组合。请延长时间，或一次只给一个品类定价。",
    ),
    ("No prices of these {n} products keep all terms together.", "这 {n} 件商品没有同时满足全部条件的价格组合。"),
    (
        "What relaxing would buy, against today's prices: {trades}.",
        "放宽条件的效果（与现价相比）：{trades}。",
    ),
    (
        "Giving up one or two of {n} terms does not help; price fewer products at a time.",
        "放弃 {n} 个条件中的任何一两个都无济于事；请减少一起定价的商品。",
    ),
    (
        "A stock is cleared product by product. Ask for each by itself, or seek profit or units.",
        "清仓须逐件进行。请不要一起定价，或改以利润或销量为目标。",
    ),
    (
        "{sku:text}: competitors' prices are known in {n} weeks; {least:n} are needed to tell how they answer.",
        "{sku}：只有 {n} 周有竞品价格；至少需要 {least} 周才能判断竞品的反应。",
    ),
    (
        "{sku:text}: its price changed {n} times beside known competitors; {least:n} are needed to tell "
        "how they answer.",
        "{sku}：在有竞品价格的期间只调价 {n} 次；至少需要 {least} 次才能判断竞品的反应。",
    ),
    (
        "{sku:text}: its competitors never moved their price, so how they answer cannot be told.",
        "{sku}：竞品从未调价，无法判断竞品的反应。",
    ),
    (
        "{sku:text}: its competitors' prices move too much by themselves to tell how they answer.",
        "{sku}：竞品价格自身波动太大，无法判断竞品的反应。",
    ),
    ("{sku:text} has no usable elasticity: {reason}", "{sku} 没有可用的弹性：{reason}。"),
    (
        "{sku:text}: its cost is not known, so no profit can be added up. Enter it, or seek revenue.",
        "{sku}：成本未知，无法合计利润。请填写成本，或改以收入为目标。",
    ),
    (
        "{sku:text} has no forecast of its sales. Sell it first, or set its price by hand.",
        "{sku} 没有销量预测。请先销售一段时间，或手动定价。",
    ),
    (
        "Nothing can be said about another price of {product:text}: {reason}. "
        "Keep today's price, or run a price test.",
        "无法判断 {product} 换个价格会怎样：{reason}。请维持现价，或做价格测试。",
    ),
    (
        "{product:text} has no price and no sale yet. Give it a price in products, then ask again.",
        "{product} 还没有价格，也没有销售。请先在商品数据中填写价格，再来询问。",
    ),
    (
        "{sku:text} has no price and no sale in {weeks:n} weeks. Give it a price in products, then ask again.",
        "{sku} 没有价格，并且 {weeks} 周内没有销售。请先在商品数据中填写价格，再来询问。",
    ),
    (
        "{product:text} has no sales, so nothing can be forecast. Ask again after a few weeks on sale.",
        "{product} 没有销售记录，无法预测。请上架销售几周后再询问。",
    ),
    (
        "{skus:text} cost {cost:money} and sell for {separate:money} apart, so no bundle can be cheaper. "
        "Raise their prices first, or leave out the one that sells below its cost.",
        "{skus} 的成本合计 {cost}，单卖合计 {separate}，因此组合价不可能更低。"
        "请先提高它们的价格，或去掉低于成本出售的那件。",
    ),
)  # fmt: skip
