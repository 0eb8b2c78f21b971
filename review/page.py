"""The report as one HTML page."""

from review.report import Report


def page(report: Report) -> str:
    """The whole page."""
    raise NotImplementedError(report.headline)
