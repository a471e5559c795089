"""A module as a package of SCORM 1.2: its lessons as pages that any learning platform, or none, can show.

`pages` writes the pages, `manifest` says what there is, `package` puts both into a file.  A package tells how far its
reader is, and that everything was read; it holds no question and certifies nobody.

Source: ADL SCORM 1.2 (Content Aggregation Model, Run-Time Environment).
"""

from courses.scorm.package import package
from courses.scorm.pages import Words

__all__ = ["Words", "package"]
