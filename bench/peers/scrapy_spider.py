"""Scrapy's CrawlSpider over one site: scrapy runspider scrapy_spider.py -a url=URL -a counts=FILE."""

import json
from urllib.parse import urlparse

from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule


class Site(CrawlSpider):
    name = "site"

    def __init__(self, url=None, counts=None, **arguments):
        self.start_urls = [url]
        self.allowed_domains = [urlparse(url).hostname]
        self.rules = (
            Rule(
                LinkExtractor(allow=[urlparse(url).netloc]),
                callback="parse_page",
                process_links="count",
                follow=True,
            ),
        )
        self.counts = counts
        self.pages = 0
        self.links = 0
        super().__init__(**arguments)

    def count(self, links):
        self.links += len(links)
        return links

    def parse_page(self, response):
        self.pages += 1
        title = response.css("title::text").get() if hasattr(response, "css") else None
        yield {"url": response.url, "title": title}

    def closed(self, reason):
        with open(self.counts, "w") as file:
            json.dump({"pages": self.pages, "links": self.links}, file)
