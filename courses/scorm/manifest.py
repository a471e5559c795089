"""``imsmanifest.xml``: what a package is called, what is opened first, which files it has."""

import html
from collections.abc import Iterable

#: The Content Aggregation Model promises so many characters of a title.
MOST_CHARACTERS_OF_TITLE = 200
FIRST = "index.html"


def manifest(slug: str, title: str, files: Iterable[str]) -> str:
    """Return the manifest of a package with one unit (SCO), the module.

    :param files: paths of all other files; the first page is among them.
    """
    name = _text(title)[:MOST_CHARACTERS_OF_TITLE]
    listed = "\n".join(f'      <file href="{_escaped(file)}"/>' for file in sorted(files))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="training-{_escaped(slug)}" version="1.2"
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="organization">
    <organization identifier="organization">
      <title>{_escaped(name)}</title>
      <item identifier="item" identifierref="module" isvisible="true">
        <title>{_escaped(name)}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="module" type="webcontent" adlcp:scormtype="sco" href="{FIRST}">
{listed}
    </resource>
  </resources>
</manifest>
"""


def _text(text: str) -> str:
    """Return *text* without what no document of XML may hold, on one line."""
    return " ".join("".join(one for one in text if one.isprintable() or one.isspace()).split())


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)
