"""The report as one HTML page."""

from review.report import Report


def page(report: Report) -> str:
    """The whole page."""
    return report.headline
