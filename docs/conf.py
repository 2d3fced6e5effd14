"""How Sphinx builds the documentation; ``make docs`` calls it."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "tools"))

project = "Adversarial autoencoders"
release = re.search(r'__version__ = "(.+)"', (HERE.parent / "src" / "__init__.py").read_text())[1]
project_copyright = "the authors; MIT licence"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generated_pages"]
# Where the notebook is run; parts of other pages.
exclude_patterns = ["_build", "jupyter_execute", "curves/README.md", "generated/flags.md"]

# The notebook is run from top to bottom, where an error ends the build; kept until it changes.
nb_execution_mode = "cache"
nb_execution_in_temp = True
nb_execution_cache_path = str(HERE / "_build" / ".jupyter_cache")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_output_stderr = "remove"

# Links to a heading of another page; GitHub's anchors, which the pages are written for.
myst_heading_anchors = 3

# Dashes alone, which fields of the reference have; quotes stay as typed.
smartquotes_action = "D"
highlight_language = "text"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = "Adversarial autoencoders"
html_show_sphinx = False
html_copy_source = False
html_static_path = ["static"]
html_extra_path = ["generated/site"]
html_css_files = ["pages.css"]
