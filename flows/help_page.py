"""The parser's own words of a help page, in Vietnamese with its English beside it: it knows English only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    _Parsed = TyperCommand
else:
    _Parsed = object

_USAGE = "Cách dùng / Usage: "
_HELP = "Hiện trang này / show this page."
_TITLES = {
    "ARGUMENTS_PANEL_TITLE": "Tham số / Arguments",
    "OPTIONS_PANEL_TITLE": "Tùy chọn / Options",
    "COMMANDS_PANEL_TITLE": "Lệnh / Commands",
    "REQUIRED_LONG_STRING": "[bắt buộc / required]",
    "DEFAULT_STRING": "[mặc định / default: {}]",
}


class _InBoth(_Parsed):
    """What a command and a group have in common."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  (of classes that typer does not export)
        """Write the line that tells how it is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _USAGE)

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """The option `--help`, explained."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Print the page."""
        from typer import rich_utils  # noqa: PLC0415  (slow to load, and only a page needs it)

        for name, words in _TITLES.items():
            setattr(rich_utils, name, words)
        super().format_help(ctx, formatter)


class Command(_InBoth, TyperCommand):
    """A command whose page is in both languages."""


class Group(_InBoth, TyperGroup):
    """A group of commands whose page is in both languages."""
