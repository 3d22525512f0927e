"""The monthly bulletin of a branch, a district or a hall: as a page to print, as Excel and as PDF."""

from web.bulletin.views import blueprint

__all__ = ["blueprint"]
