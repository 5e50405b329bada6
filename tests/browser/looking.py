"""What every page must hold in every state, asked of the page as the browser shows it."""

import io
from pathlib import Path

from PIL import Image

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
window.refusedByPolicy = [];
document.addEventListener("securitypolicyviolation", (event) => {
  const { violatedDirective: what, blockedURI: uri, sourceFile: file, lineNumber: line } = event;
  window.refusedByPolicy.push(`${what} ${uri} ${file}:${line} ${event.target.outerHTML?.slice(0, 120)}`);
});
"""
# A HEAD to every link to this same host; those to another language would be followed by a cookie.
DEAD = """async () => {
  const here = [...document.querySelectorAll("a[href]:not([hreflang], [href^='#'])")]
    .map((one) => new URL(one.getAttribute("href"), document.baseURI).href.split("#")[0]);
  const ours = [...new Set(here)].filter((one) => one.startsWith(location.origin));
  const found = await Promise.all(
    ours.map(async (one) => [one, (await fetch(one, { method: "HEAD" })).status]));
  return found.filter(([, status]) => status >= 400);
}"""
FACTS = """() => ({
  title: document.title,
  headings: [...document.querySelectorAll("h1")].map((one) => one.textContent),
  lang: document.documentElement.lang,
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  twice: [...document.querySelectorAll("[id]")].map((one) => one.id)
    .filter((id, place, all) => all.indexOf(id) !== place),
  refused: window.refusedByPolicy,
  unlabelled: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((one) => !one.labels?.length).map((one) => one.id || one.name),
  small: [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && box.height && !one.closest("p, li, dd, td, th, label")
      && !one.matches(".skip, .visually-hidden[tabindex='-1']") && box.height < 24)
    .map(([one]) => one.outerHTML.slice(0, 80)),
  touching: [...document.querySelectorAll("main .button")].filter((one) => one.checkVisibility())
    .map((one) => [one, one.getBoundingClientRect()])
    .flatMap(([one, box], place, all) => all.slice(place + 1)
      .filter(([, other]) => Math.max(
        other.top - box.bottom, box.top - other.bottom,
        other.left - box.right, box.left - other.right) < 8)
      .map(([other]) => `${one.textContent.trim()} | ${other.textContent.trim()}`)),
})"""
# axe and the camera try inline styles of their own: the refusal comes a moment later, and empty
# attributes are left behind, which htmx would copy.
FORGET = """() => new Promise((done) => setTimeout(() => {
  document.querySelectorAll("[style]").forEach((one) => one.removeAttribute("style"));
  window.refusedByPolicy = [];
  done();
}, 50))"""
TALLEST = 2600


class Screens:
    """Looks at pages, and keeps their pictures for the contact sheets."""

    def __init__(self, folder):
        self.folder = Path(folder) if folder else None
        self.pictures = {}
        self.followed = set()

    def look(self, page, name):
        """Refuse a page that breaks a rule; `name` is "portal-what"."""
        facts = page.evaluate(FACTS)
        assert facts["title"].strip(" –"), name
        assert len(facts["headings"]) == 1, (name, facts["headings"])
        assert facts["wider"] <= 0, f"{name} scrolls sideways by {facts['wider']} px"
        assert facts["twice"] == [], (name, facts["twice"])
        assert facts["refused"] == [], (name, facts["refused"])
        assert facts["unlabelled"] == [], (name, facts["unlabelled"])
        assert facts["small"] == [], (name, facts["small"])
        assert facts["touching"] == [], (name, facts["touching"])
        if page.url not in self.followed:
            self.followed.add(page.url)
            assert page.evaluate(DEAD) == [], name
        page.evaluate(AXE)
        found = page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
        wrong = [
            f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
            for one in found["violations"]
        ]
        assert wrong == [], (name, page.url, wrong)
        if self.folder:
            picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
            width = page.viewport_size["width"]
            sheet = self.pictures.setdefault((name.partition("-")[0], width), [])
            sheet.append((name, picture.crop((0, 0, width, min(picture.height, TALLEST)))))
        page.evaluate(FORGET)

    def close(self):
        """Write a contact sheet for every portal and width, and every picture beside it."""
        for (portal, width), pictures in self.pictures.items():
            self.folder.mkdir(parents=True, exist_ok=True)
            across = 6 if width < 700 else 3
            rows = [pictures[n : n + across] for n in range(0, len(pictures), across)]
            heights = [max(one.height for _, one in row) + 24 for row in rows]
            sheet = Image.new("RGB", (across * (width + 24), sum(heights)), "#888888")
            top = 0
            for row, height in zip(rows, heights, strict=True):
                for place, (name, picture) in enumerate(row):
                    sheet.paste(picture, (place * (width + 24), top))
                    picture.save(self.folder / f"{name}-{width}.png")
                top += height
            sheet.save(self.folder / f"sheet-{portal}-{width}.png")
