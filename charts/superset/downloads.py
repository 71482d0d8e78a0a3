"""Downloads of tables: CSV and Excel files contain the text of a link instead of its HTML."""

from superset.common.chart_data import ChartDataResultFormat
from superset.common.query_context_processor import QueryContextProcessor

LINK = r'<a href="[^"]*"[^>]*>([^<]*)</a>'


def write_words_instead_of_links() -> None:
    """Patches Superset's query processor, since Superset 6.1 has no setting for this."""
    get_data = QueryContextProcessor.get_data

    def get_data_in_words(self, rows, types):
        if self._query_context.result_format in ChartDataResultFormat.table_like():
            rows = rows.replace(LINK, r"\1", regex=True)
        return get_data(self, rows, types)

    QueryContextProcessor.get_data = get_data_in_words
