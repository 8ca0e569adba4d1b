"""A strict reader of OneRoster 1.2.1 archives: headers, formats, vocabularies, references; it trusts nothing of the writer."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date

# 1EdTech OneRoster CSV Binding 1.2.1, section 4; typed anew here, so that a slip in the product's table is seen.
HEADS = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "categories": "sourcedId,status,dateLastModified,title,weight",
    "classes": (
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
        "subjects,subjectCodes,periods"
    ),
    "courses": (
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"
    ),
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "lineItems": (
        "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,"
        "academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId"
    ),
    "lineItemScoreScales": "sourcedId,status,dateLastModified,title,lineItemSourcedId,scoreScaleSourcedId",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "results": (
        "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,"
        "classSourcedId,inProgress,incomplete,late,missing"
    ),
    "roles": (
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
    ),
    "scoreScales": "sourcedId,status,dateLastModified,title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue",
    "users": (
        "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
        "agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
        "primaryOrgSourcedId,pronouns"
    ),
}  # fmt: skip
MANIFEST = [
    "academicSessions", "categories", "classes", "classResources", "courses", "courseResources", "demographics", "enrollments",
    "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources", "users",
]  # fmt: skip
REQUIRED = {
    "academicSessions": "title type startDate endDate schoolYear",
    "categories": "title",
    "classes": "title courseSourcedId classType schoolSourcedId termSourcedIds",
    "courses": "title orgSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role",
    "lineItems": "title assignDate dueDate classSourcedId categorySourcedId academicSessionSourcedId schoolSourcedId",
    "lineItemScoreScales": "lineItemSourcedId scoreScaleSourcedId",
    "orgs": "name type",
    "results": "lineItemSourcedId studentSourcedId scoreStatus scoreDate",
    "roles": "userSourcedId roleType role orgSourcedId",
    "scoreScales": "title type orgSourcedId courseSourcedId classSourcedId scoreScaleValue",
    "users": "enabledUser username givenName familyName",
}
LEADS = {
    "courseSourcedId": "courses", "schoolSourcedId": "orgs", "orgSourcedId": "orgs", "primaryOrgSourcedId": "orgs",
    "termSourcedIds": "academicSessions", "schoolYearSourcedId": "academicSessions", "academicSessionSourcedId": "academicSessions",
    "classSourcedId": "classes", "userSourcedId": "users", "studentSourcedId": "users", "agentSourcedIds": "users",
    "categorySourcedId": "categories", "lineItemSourcedId": "lineItems", "scoreScaleSourcedId": "scoreScales",
}  # fmt: skip
WORDS = {
    ("academicSessions", "type"): "gradingPeriod semester schoolYear term",
    ("classes", "classType"): "homeroom scheduled",
    ("enrollments", "role"): "administrator proctor student teacher",
    ("enrollments", "primary"): "true false",
    ("orgs", "type"): "department school district local state national",
    ("roles", "roleType"): "primary secondary",
    ("roles", "role"): (
        "aide counselor districtAdministrator guardian parent principal proctor relative siteAdministrator student systemAdministrator"
        " teacher"
    ),
    ("users", "enabledUser"): "true false",
}
STATUSES = ("exempt", "fully graded", "not submitted", "partially graded", "submitted")
GUID = re.compile(r"[0-9A-Za-z./@_-]{1,255}")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Tables = dict[str, list[dict[str, str]]]


def read(archive: bytes) -> Tables:
    """Every table of the archive, after every check."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        names = found.namelist()
        assert names[0] == "manifest.csv" and len(names) == len(set(names)) and not any("/" in name for name in names)
        raw = {name.removesuffix(".csv"): found.read(name) for name in names}
    for body in raw.values():
        assert not body.startswith(b"\xef\xbb\xbf") and body.endswith(b"\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    manifest = list(csv.reader(io.StringIO(raw.pop("manifest").decode(), newline="")))
    assert manifest[0] == ["propertyName", "value"] and len(dict(manifest)) == len(manifest)
    said = dict(manifest[1:])
    assert (said.pop("manifest.version"), said.pop("oneroster.version"), said.pop("source.systemName")) == ("1.0", "1.2", "School Hub")
    assert list(said) == [f"file.{name}" for name in MANIFEST]
    assert {name for name in MANIFEST if said[f"file.{name}"] == "bulk"} == set(raw)
    assert set(said.values()) <= {"bulk", "absent"}
    tables = {name: _table(name, body) for name, body in raw.items()}
    for name, rows in tables.items():
        _check(name, rows, {other: {row["sourcedId"] for row in found} for other, found in tables.items()})
    return tables


def _table(name: str, body: bytes) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))
    assert ",".join(lines[0]) == HEADS[name], name
    assert len(lines) > 1 and {len(line) for line in lines} == {len(lines[0])}
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _check(name: str, rows: list[dict[str, str]], ids: dict[str, set[str]]) -> None:
    assert len(ids[name]) == len(rows), f"{name}: a sourcedId twice"
    for row in rows:
        assert GUID.fullmatch(row["sourcedId"]), row
        assert (row["status"], row["dateLastModified"]) == ("", ""), "bulk files leave both empty"
        assert not [column for column in REQUIRED[name].split() if not row[column]], (name, row)
        for column, value in row.items():
            assert not value.startswith(FORMULA), (name, column, value)
            # A parent is of the same table.
            if file := name if column == "parentSourcedId" else LEADS.get(column):
                assert not value or set(value.split(",")) <= ids[file], (name, column, value)
            if value and column in ("startDate", "endDate", "assignDate", "dueDate", "scoreDate", "beginDate"):
                assert date.fromisoformat(value).isoformat() == value
            if words := WORDS.get((name, column)):
                assert value in words.split(), (name, column, value)
        if name == "results":
            assert row["scoreStatus"] in STATUSES and (not row["score"] or float(row["score"]) >= 0)
        if name == "academicSessions":
            assert row["startDate"] < row["endDate"] and re.fullmatch(r"\d{4}", row["schoolYear"])
        if name == "scoreScales":
            assert all(re.fullmatch(r"\{[^:{}]+:[^:{}]+\}", one) for one in row["scoreScaleValue"].split(","))
