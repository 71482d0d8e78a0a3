"""What people may ask the flights for."""

from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager
from superset.utils.core import DTTM_ALIAS


class SecurityManager(SupersetSecurityManager):
    """Who may make no charts asks by names only: nothing that they write becomes SQL.

    Superset puts expressions of whoever may read a dataset into its query, and takes any text for a column, too.
    """

    def raise_for_access(self, **subject) -> None:
        super().raise_for_access(**subject)
        context, viz = subject.get("query_context"), subject.get("viz")
        if not (context or viz) or self.can_access("can_write", "Chart"):
            return
        # The older interface takes SQL in more places than can be named; the dashboard has no chart that needs it.
        if viz or not all(asks_by_name(query, context.datasource) for query in context.queries):
            message = "You may ask for the columns and metrics of a dataset by their names, not by SQL of your own."
            error_type = SupersetErrorType.QUERY_SECURITY_ACCESS_ERROR
            raise SupersetSecurityException(SupersetError(message, error_type, ErrorLevel.WARNING))


def asks_by_name(query, dataset) -> bool:
    """Whether a question (superset.common.query_object.QueryObject) holds only names that the dataset knows."""
    known = {column.column_name for column in dataset.columns}
    known |= {metric.metric_name for metric in dataset.metrics}
    known.add(DTTM_ALIAS)
    asked = [*query.columns, *query.series_columns, *(query.metrics or []), *(thing for thing, *_ in query.orderby)]
    if query.series_limit_metric:
        asked.append(query.series_limit_metric)
    # A filter on a column that a dataset does not have is left out by Superset: a dashboard's filter reaches all charts.
    asked += [condition["col"] for condition in query.filter if not isinstance(condition["col"], str)]
    if any(query.extras.get(clause) for clause in ("where", "having")) or query.annotation_layers:
        return False
    return all(names and names <= known for names in map(names_in, asked))


def names_in(asked) -> set:
    """By what a column or metric is asked for: one that is put together on the page holds its parts."""
    if isinstance(asked, str):
        return {asked}
    parts = asked.get("sqlExpression"), (asked.get("column") or {}).get("column_name")
    return {str(part) for part in parts if part}
