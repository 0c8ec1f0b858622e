"""The map of the chapters."""

import re
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective


def setup(app):
    """Register with Sphinx."""
    app.add_directive("chapter-map", ChapterMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class ChapterMap(SphinxDirective):
    """List the chapters that have a notebook, with what their first box says: needs and times."""

    def run(self):
        """Return one list for each part of the contents, and the sum of the times."""
        source = Path(self.env.srcdir)
        toc = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
        self.env.note_dependency(str(source / "_toc.yml"))
        lines, minutes, seconds = [], 0, 0
        for part in toc["parts"]:
            chapters = [entry["file"] for entry in part["chapters"] if "sections" in entry]
            if chapters:
                lines += [f"**{part['caption']}**", ""]
            for name in chapters:
                path = source / f"{name}.md"
                self.env.note_dependency(str(path))
                text = path.read_text(encoding="utf-8")
                title = re.search(r"^# (.+)$", text, re.MULTILINE)
                needs = re.search(r"^\*\*You need\*\* (.+)$", text, re.MULTILINE)
                times = re.search(r"about (\d+) minutes.* about (\d+) s\.$", text, re.MULTILINE)
                if not (title and needs and times):
                    raise self.error(f'chapter-map: {name}.md has no title, "You need" or times')
                minutes, seconds = minutes + int(times[1]), seconds + int(times[2])
                # Links in the box start from its own folder.
                needed = needs[1].replace("](../", "](").replace("](", "](chapters/")
                needed = needed.replace("](chapters/notebooks/", "](notebooks/")
                lines += [
                    f"[{title[1]}]({name}.md)",
                    f": {times[1]} minutes, notebook {times[2]} s. You need {needed}",
                    "",
                ]
        hours = f"{minutes / 60:.0f} hours of reading"
        lines.append(f"In all about {hours}; the notebooks run in {seconds / 60:.0f} minutes.")
        box = nodes.container(classes=["chapter-map"])
        self.state.nested_parse(StringList(lines, source="_toc.yml"), 0, box)
        return [box]
