"""Discord's Markdown in the page: what it becomes, and that nothing a person writes becomes HTML."""

from typing import TypedDict

import pytest
from playwright.async_api import Page

from tests.sandbox.page.conftest import Look

pytestmark = pytest.mark.browser

RENDER = """async (source) => {
    const {markdown} = await import("/page/markdown-view.js");
    const state = {
        user: (id) => id === "1" ? {id, name: "Amina <i>"} : null, me: {id: "1"}, now: () => 1_900_000_000_000,
        role: () => ({name: "London"}), channel: () => null, anyChannel: () => ({name: "london"}),
    };
    const app = {state, openChannel() {}, useCommand() {}};
    const box = document.createElement("div");
    box.append(markdown(source, app));
    const strip = (node) => [...node.attributes].forEach(({name}) => name === "href" || node.removeAttribute(name));
    const kept = box.cloneNode(true);
    const tags = [...box.querySelectorAll("*")];
    const scripted = tags.filter((node) => [...node.attributes].some(({name}) => name.startsWith("on")));
    kept.querySelectorAll("*").forEach(strip);
    return {
        html: kept.innerHTML, text: box.textContent, scripted: scripted.length,
        tags: tags.map((node) => node.localName),
        links: [...box.querySelectorAll("[href]")].map((node) => node.getAttribute("href")),
    };
}"""
SAFE = {
    "strong", "em", "u", "s", "code", "pre", "blockquote", "h3", "h4", "h5", "small", "ul", "ol", "li", "a", "span",
    "button", "time",
}  # fmt: skip


class Shown(TypedDict):
    html: str
    text: str
    scripted: int
    tags: list[str]
    links: list[str]


async def render(page: Page, source: str) -> Shown:
    return await page.evaluate(RENDER, source)


async def test_markdown_becomes_what_discord_makes_of_it(look: Look) -> None:
    page = await look()
    expected = {
        "**bold** *it* _it_ __under__ ~~gone~~": (
            "<strong>bold</strong> <em>it</em> <em>it</em> <u>under</u> <s>gone</s>"
        ),
        "***both***": "<strong><em>both</em></strong>",
        "snake_case_name and 2 * 3 * 4": "snake_case_name and 2 * 3 * 4",
        r"\*not\* \_this\_ \<@1>": "*not* _this_ &lt;@1&gt;",
        "# One\n## Two\n### Three\n#### four": "<h3>One</h3><h4>Two</h4><h5>Three</h5>#### four",
        "-# small": "<small>small</small>",
        "a # b": "a # b",
        "> one\n> two\nthree": "<blockquote>one\ntwo</blockquote>three",
        ">>> all\nof it": "<blockquote>all\nof it</blockquote>",
        "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        "2. b\n3. c": "<ol><li>b</li><li>c</li></ol>",
        "`a **b**`": "<code>a **b**</code>",
        "```py\n<b>\n```": "<pre><code>&lt;b&gt;</code></pre>",
        "[the *plan*](https://a.org/x_(y))": '<a href="https://a.org/x_(y)">the <em>plan</em></a>',
        "see https://a.org/b_c_d.": 'see <a href="https://a.org/b_c_d">https://a.org/b_c_d</a>.',
        "<https://a.org>": '<a href="https://a.org">https://a.org</a>',
        "<@1> <@&5> <#6> @everyone": (
            "<span>@Amina &lt;i&gt;</span> <span>@London</span> <span>#london</span> <span>@everyone</span>"
        ),
        "<@404>": "<span>@unknown person</span>",
        "</meeting schedule:7>": "<button>/meeting schedule</button>",
        "||quiet||": "<span><span>quiet</span><button>Spoiler</button></span>",
        "<t:99999999999999:F>": "Invalid date",
    }
    got = {source: (await render(page, source))["html"] for source in expected}
    assert got == expected


async def test_timestamps_are_in_the_readers_zone(look: Look) -> None:
    page = await look()
    # 1 760 000 000 is 2025-10-09 08:53:20 UTC, which summer time shows an hour later.
    expected = {
        "t": "09:53",
        "T": "09:53:20",
        "d": "09/10/2025",
        "D": "9 October 2025",
        "f": "9 October 2025 at 09:53",
        "F": "Thursday 9 October 2025 at 09:53",
        "s": "09/10/2025, 09:53",
        "R": "4 years ago",
    }
    got = {style: (await render(page, f"<t:1760000000:{style}>"))["text"] for style in expected}
    assert {style: words.replace("Thursday,", "Thursday") for style, words in got.items()} == expected


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**<img src=x onerror=alert(1)>**",
    "[x](javascript:alert(1))",
    '[x](https://a.org/" onclick="alert(1))',
    "[<img src=x onerror=alert(1)>](https://a.org)",
    "<javascript:alert(1)>",
    "<data:text/html,<script>alert(1)</script>>",
    "```html\n<iframe srcdoc='<script>alert(1)</script>'></iframe>\n```",
    "`<svg onload=alert(1)>`",
    "||<a href=javascript:alert(1)>x</a>||",
    "</<b>:1> <@<b>> <t:1:<b>> <:<b>:1>",
    "# <h1 onclick=alert(1)>\n- <li onclick=alert(1)>\n> <q onclick=alert(1)>",
    "&lt;script&gt; &#60;b&#62;",
    "{{constructor.constructor('alert(1)')()}}",
]


async def test_what_people_write_never_becomes_html(look: Look) -> None:
    page = await look()
    for source in ATTACKS:
        shown = await render(page, source)
        assert set(shown["tags"]) <= SAFE, source
        assert shown["scripted"] == 0, source
        assert all(link.startswith("https://") for link in shown["links"]), source


async def test_hostile_lengths_are_read_at_once(look: Look) -> None:
    page = await look()
    slowest = await page.evaluate(
        """async () => {
        const {parse} = await import("/page/markdown.js");
        const hostile = ["*", "_", "[", "||", "> ", "- ", "**a", "`", "[a", "[a](", "*a ", "<t:", "```a", "||**__"];
        return Math.max(...hostile.map((piece) => {
            const began = performance.now();
            parse(piece.repeat(4000 / piece.length));
            return performance.now() - began;
        }));
    }"""
    )
    assert slowest < 500
