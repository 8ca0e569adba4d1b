"""The zip of the OneRoster CSV binding 1.2.1: manifest first, the columns in the specification's order, each sourcedId once.

Source: 1EdTech, OneRoster CSV Binding 1.2.1 (22 August 2023), sections 3 and 4; docs/oneroster.md says what was compared with what.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping

from hub.flows.outputs.cells import harmless

_COMMON = ("sourcedId", "status", "dateLastModified")
# In bulk files `status` and `dateLastModified` stay empty: they are for deltas.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "academicSessions": (*_COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "categories": (*_COMMON, "title", "weight"),
    "classes": (
        *_COMMON, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds",
        "subjects", "subjectCodes", "periods",
    ),
    "courses": (*_COMMON, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
    "enrollments": (*_COMMON, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
    "lineItems": (
        *_COMMON, "title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId", "academicSessionSourcedId",
        "resultValueMin", "resultValueMax", "schoolSourcedId",
    ),
    "lineItemScoreScales": (*_COMMON, "title", "lineItemSourcedId", "scoreScaleSourcedId"),
    "orgs": (*_COMMON, "name", "type", "identifier", "parentSourcedId"),
    "results": (
        *_COMMON, "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment", "textScore", "classSourcedId",
        "inProgress", "incomplete", "late", "missing",
    ),
    "roles": (*_COMMON, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
    "scoreScales": (*_COMMON, "title", "type", "orgSourcedId", "courseSourcedId", "classSourcedId", "scoreScaleValue"),
    "users": (
        *_COMMON, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone",
        "agentSourcedIds", "grades", "password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
        "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
    ),
}  # fmt: skip
"""The files that we fill; what a manifest must name besides stands in `FILES`."""

FILES = (
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics", "enrollments",
    "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
)  # fmt: skip
# People wrote these; all else is ours: ids, dates, words of the vocabulary.
_WRITTEN = frozenset(
    {
        "title", "description", "name", "comment", "textScore", "location", "givenName", "familyName", "middleName", "identifier",
        "subjects", "grades", "classCode",
    }
)  # fmt: skip
_WHEN = (2026, 1, 1, 0, 0, 0)


def id_of(kind: str, *parts: str) -> str:
    """A sourcedId: the same at each export, of letters that no table program reads as a formula."""
    return f"{kind}-{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:24]}"


class Package:
    """Rows by file, each sourcedId once."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, str]]] = {name: {} for name in COLUMNS}

    def add(self, file: str, sourced_id: str, **cells: str) -> str:
        """Adds the row unless it is there; its id."""
        unknown = cells.keys() - set(COLUMNS[file])
        if unknown:
            raise ValueError(f"{file}.csv has no column {', '.join(sorted(unknown))}")
        self._rows[file].setdefault(sourced_id, {name: harmless(cell) if name in _WRITTEN else cell for name, cell in cells.items()})
        return sourced_id

    def zipped(self) -> bytes:
        """A file without rows is absent."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, "manifest.csv", _table([["propertyName", "value"], *self._manifest()]))
            for name in FILES:
                if rows := self._rows.get(name):
                    head = COLUMNS[name]
                    lines = [[id_, *(cells.get(column, "") for column in head[1:])] for id_, cells in rows.items()]
                    _put(archive, f"{name}.csv", _table([list(head), *lines]))
        return out.getvalue()

    def _manifest(self) -> list[list[str]]:
        modes = [[f"file.{name}", "bulk" if self._rows.get(name) else "absent"] for name in FILES]
        return [["manifest.version", "1.0"], ["oneroster.version", "1.2"], *modes, ["source.systemName", "School Hub"]]


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> None:
    """One time for all, so that the same rows are the same file."""
    entry = zipfile.ZipInfo(name, date_time=_WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, body)


def _table(rows: list[list[str]]) -> bytes:
    """UTF-8 without a mark, commas, RFC 4180."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
