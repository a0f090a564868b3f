"""The words of the page, a module a page: (English, Chinese)."""
