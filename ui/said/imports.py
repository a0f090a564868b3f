"""Store data handed in."""

WORDS: dict[str, tuple[str, str]] = {
    "tab_import": ("Import", "导入"),
    "imports_intro": (
        "Hand in a CSV, an Excel workbook, a parquet file, or a zip of a store folder (products, sales, reviews …). "
        "Nothing is changed until you press Import, and then all or nothing.",
        "请上传 CSV、Excel、parquet 文件, 或店铺文件夹的 zip (商品、销售、评论等)。"
        "按下导入之前不会有任何改动, 导入要么全部成功, 要么全部不做。",
    ),
    "imports_file": ("File", "文件"),
    "imports_refused": (
        "You are {role}: store data is imported by merchants and admins.", "您是{role}: 店铺数据由商家和管理员导入。",
    ),
    "imports_kind": ("The file holds", "文件内容"),
    "imports_kind_products": ("products", "商品"),
    "imports_kind_sales": ("sales", "销售"),
    "imports_kind_competitor_prices": ("competitors' prices", "竞品价格"),
    "imports_kind_reviews": ("reviews", "评论"),
    "imports_kind_stock": ("stock counts", "库存"),
    "imports_kind_promotions": ("promotions", "促销"),
    "imports_mapping": ("What each column means", "各列含义"),
    "imports_column": ("Column of ours: {name}", "我们的列: {name}"),
    "imports_unread": ("(none)", "(无)"),
    "imports_guessed": (
        "{n} columns were guessed from their names: {names}. Correct what is wrong.",
        "有 {n} 列是根据列名猜测的: {names}。如有错误请更正。",
    ),
    "imports_known": ("All columns are called as we call them.", "所有列名均可直接识别。"),
    "imports_whole": (
        "This format is known as a whole: no column needs to be named.", "该格式可整体识别, 无需指定列。",
    ),
    "imports_lacks": ("Still needed: {names}.", "还缺少: {names}。"),
    "imports_sample": ("The first lines of the file", "文件前几行"),
    "imports_start": ("Import", "导入"),
    "imports_cancel": ("Cancel", "取消"),
    "imports_no_file": ("Hand in a file first.", "请先上传文件。"),
    "imports_too_many": (
        "The zip holds too much: at most {n} files and {mb} MB unpacked.",
        "压缩包过大: 最多 {n} 个文件, 解压后 {mb} MB。",
    ),
    "imports_bad_zip": (
        "{name} is no zip that can be opened. Pack the store folder again.", "无法打开 {name}, 请重新压缩店铺文件夹。",
    ),
    "imports_stopped": ("Cancelled. Nothing was changed.", "已取消, 没有任何改动。"),
    "imports_running": ("Importing: {stage}", "正在导入: {stage}"),
    "imports_done": ("{source} is imported.", "{source} 已导入。"),
    "imports_again": ("{source} was imported before; nothing was changed.", "{source} 之前已导入, 没有任何改动。"),
    "imports_read": ("lines read", "读取行数"),
    "imports_kept": ("kept", "保留"),
    "imports_mended": ("mended", "修正"),
    "imports_rejected": ("rejected", "拒绝"),
    "imports_duplicates": ("duplicates", "重复"),
    "imports_products": ("products", "商品数"),
    "imports_why": ("What was mended or rejected, and why", "修正或拒绝的内容和原因"),
    "imports_col_what": ("What", "类别"),
    "imports_col_lines": ("Lines", "行数"),
    "imports_notes": ("Notes: {notes}", "备注: {notes}"),
    "imports_rejects": ("Rejected lines to download, each with its reason", "下载被拒绝的行, 每行附原因"),
    "imports_refreshing": ("Elasticities and forecasts are made anew: {stage}", "正在重新计算弹性和预测: {stage}"),
    "imports_refreshed": ("Elasticities and forecasts are up to date.", "弹性和预测已更新。"),
    "imports_refresh_failed": ("The refresh ended: {why}", "更新已结束: {why}"),
    "imports_no_jobs": (
        "Run `pricedesk refresh` to fit the new data.", "请运行 `pricedesk refresh` 以拟合新数据。",
    ),
    "stage_cleaning": ("cleaning", "清洗"),
    "stage_writing": ("writing", "写入"),
    "stage_waiting": ("waiting", "等待"),
}  # fmt: skip

STATIC = (
    "tab_import", "imports_file", "imports_kind", "imports_mapping", "imports_start", "imports_cancel",
    "imports_rejects",
)  # fmt: skip
