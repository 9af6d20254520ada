"""Templates of `templates/published/` filled in: whatever is filled in is escaped, and free of characters that no document can hold."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ogi_xlsx.form.words import plain, template_folder


def fill(name: str, /, **content: object) -> str:
    """The template `name` with its content."""
    return _templates().get_template(f"{name}.jinja").render(**content)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder() / "published"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
    )


def _fit(value: object) -> object:
    """Text of any length without control and direction characters; macros have been through here already."""
    return plain(value, len(value) + 1) if isinstance(value, str) and not isinstance(value, Markup) else value
