"""Restricts what people may ask of the flights."""

from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager
from superset.utils.core import DTTM_ALIAS


class SecurityManager(SupersetSecurityManager):
    """Lets people who may not make charts ask only for names, so that nothing they write becomes SQL.

    Superset itself puts the expressions of anybody who may read a dataset into the query, and accepts any text as a column.
    """

    def raise_for_access(self, **subject) -> None:
        super().raise_for_access(**subject)
        context, viz = subject.get("query_context"), subject.get("viz")
        if not (context or viz) or self.can_access("can_write", "Chart"):
            return
        # The older interface accepts SQL in too many places to check, and no chart of the dashboard needs it.
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
    # Superset ignores a filter on a column that the dataset does not have, since a dashboard's filter reaches all charts.
    asked += [condition["col"] for condition in query.filter if not isinstance(condition["col"], str)]
    if any(query.extras.get(clause) for clause in ("where", "having")) or query.annotation_layers:
        return False
    return all(names and names <= known for names in map(names_in, asked))


def names_in(asked) -> set:
    """The names in a requested column or metric. One that was put together on the page contains its parts."""
    if isinstance(asked, str):
        return {asked}
    parts = asked.get("sqlExpression"), (asked.get("column") or {}).get("column_name")
    return {str(part) for part in parts if part}
