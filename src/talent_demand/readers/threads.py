"""Threads of Hacker News and exports of chats, in which each comment or message is a posting.

They begin with "Company | Role | Place | ...", in any order, or with lines that have labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from talent_demand.readers.columns import rows_of
from talent_demand.readers.records import as_text, unescaped

LABELLED = re.compile(r"^\s*(company|role|position|title|location|where|job|place)\s*:\s*(.+)$", re.IGNORECASE)
FIELD_OF_LABEL = {
    "role": "title",
    "position": "title",
    "title": "title",
    "job": "title",
    "where": "location",
    "place": "location",
}
ADDRESS = re.compile(
    r"https?:|www\.|\S+@\S+|\b[\w-]+\.(?:com|io|ai|co|dev|org|net|app|jobs|so|xyz|tech|me|us|eu)\b(?!\s*\w)",
    re.IGNORECASE,
)
SUM = re.compile(r"[$€£¥₹]|\d\s*k\b|\b\d{2,3},?000\b", re.IGNORECASE)


@cache
def words(kind: str) -> re.Pattern[str]:
    """Pattern of the words of one kind in thread_words.csv: a blank is a blank, hyphen or nothing, ``*`` any ending."""
    (row,) = (row for row in rows_of("thread_words") if row["kind"] == kind)
    forms = [re.escape(word).replace(r"\ ", r"[\s-]*").replace(r"\*", r"\w*") for word in row["words"].split("|")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def is_comment(value: object) -> bool:
    """Whether a value is a comment on Hacker News, by its own or by Algolia's interface."""
    if not isinstance(value, dict) or value.get("title") or value.get("job_title"):
        return False
    if "comment_text" in value:
        return True
    has_text = isinstance(value.get("text"), str) or value.get("deleted") or value.get("dead") or "text" in value
    return (
        value.get("type") == "comment"
        and bool(has_text)
        and bool({"id", "by", "author", "parent", "time", "objectID"} & value.keys())
    )


def comments_of(value: dict) -> list:
    """The comments right below a thread."""
    return next(
        (value[name] for name in ("comments", "children", "hits") if isinstance(value.get(name), list) and value[name]),
        [],
    )


def is_thread(value: dict) -> bool:
    """Whether an object is a thread with comments, or a comment by itself."""
    if is_comment(value):
        return True
    comments = comments_of(value)
    if value.get("type") in ("story", "poll") or isinstance(value.get("post"), dict):
        return any(
            isinstance(part, dict) and ("text" in part or part.get("deleted") or is_comment(part)) for part in comments
        )
    return any(map(is_comment, comments))


def thread_postings(value: dict) -> Iterator[dict]:
    """Each comment of a thread as a record; answers to comments are none."""
    if is_comment(value):
        yield comment_posting(value)
        return
    for comment in comments_of(value):
        if not isinstance(comment, dict):
            continue
        if (
            comment.get("parent_id")
            and comment.get("story_id")
            and str(comment["parent_id"]) != str(comment["story_id"])
        ):
            continue
        yield comment_posting(comment)


def comment_posting(comment: dict) -> dict:
    """A comment as a record with the fields that its first lines tell."""
    text = comment.get("text") or comment.get("comment_text") or ""
    text = text if isinstance(text, str) else ""
    number = comment.get("id") or comment.get("objectID")
    told = read_header(text)
    rest = {name: part for name, part in comment.items() if name not in ("text", "comment_text", "type")}
    for name in ("time", "created_at_i", "created_at"):
        if rest.get(name):
            told["posted_date"] = rest.pop(name)
            break
    return {
        **told,
        "description": text or None,
        "source": "hacker news",
        "url": f"https://news.ycombinator.com/item?id={number}" if number else None,
        "comment": rest,
    }


def messages_of(value: dict) -> list[dict]:
    """The messages of a chat's export, or one by itself: objects with a text, a time and who wrote it."""
    parts = value.get("messages") or ([value] if value.get("type") == "message" else [])
    parts = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    is_chat = any(
        part.get("text", part.get("content"))
        and part.keys() & {"date", "ts", "timestamp"}
        and part.keys() & {"from", "author", "user", "sender"}
        for part in parts[:50]
    )
    return parts if is_chat else []


def message_posting(message: dict) -> dict:
    """A message as a record with the fields that its first lines tell, and the first address in it."""
    name = "text" if "text" in message else "content"
    text = as_text(message.get(name)) or ""
    address = re.search(r"https?://[^\s<>|\"')]+", text)
    told = {key: part for key, part in read_header(text).items() if part}
    rest = {key: part for key, part in message.items() if key != name or isinstance(part, (dict, list))}
    time = next((rest.pop(key) for key in ("date", "timestamp", "ts") if rest.get(key)), None)
    return told | {"description": text or None, "url": address and address[0], "posted_date": time, "message": rest}


def lines_of(text: str) -> list[str]:
    """The lines of a comment's HTML as plain text, at most the first twenty."""
    lines = re.split(r"<p>|\n|<br ?/?>", text[:20_000], maxsplit=20)[:20]
    return [" ".join(unescaped(re.sub(r"<[^<>]*>", " ", line)).split()) for line in lines]


def read_header(text: str) -> dict[str, str | None]:
    """Title, company and location that a comment begins with."""
    lines = [line for line in lines_of(text) if line] or [""]
    labelled = dict(
        reversed([(found[1].lower(), found[2].strip()) for line in lines[:8] if (found := LABELLED.match(line))])
    )
    if "company" in labelled or len(labelled) > 1:
        labels = {FIELD_OF_LABEL.get(name, name): value for name, value in labelled.items()}
        return {
            "title": labels.get("title") or lines[0],
            "company": labels.get("company"),
            "location": labels.get("location"),
        }
    header = lines[0]
    parts = split_header(header)
    if len(parts) < 2:
        return {"title": header or None, "company": None, "location": None}
    told = [kind_of(part) for part in parts]
    company = next((number for number, kind in enumerate(told) if kind in ("", "place")), 0)
    if company and told[0] == "role" and (told.count("role") > 1 or not any(kind == "" for kind in told[1:])):
        company = 0
    roles = [part for number, part in enumerate(parts) if number != company and told[number] == "role"]
    if not roles and company == 0 and told[0] == "role":
        roles = []
    places = [
        place_in(part)
        for number, part in enumerate(parts)
        if number != company and told[number] in ("", "place", "mixed")
    ]
    workplaces = [part for number, part in enumerate(parts) if told[number] == "workplace"]
    told_beside = [part for part in workplaces if is_place_beside(part)]
    remote = next((part for part in workplaces if "remote" in part.lower()), None)
    place = next(filter(None, [*places, *told_beside]), None) or remote
    title = roles[0] if roles else header
    return {"title": title or None, "company": without_address(parts[company]), "location": place}


def split_header(header: str) -> list[str]:
    """The parts of a first line: by bars, else by dashes or semicolons that stand apart."""
    for sign in (r"\s*\|+\s*", r"\s+[–—]\s+|\s+-{1,2}\s+", r"\s*[;•·]\s+"):
        parts = [part.strip(" ,-–—") for part in re.split(sign, header)]
        parts = [part for part in parts if part]
        if len(parts) > 2 or (len(parts) == 2 and "|" in header):
            return parts
    return [header]


def kind_of(part: str) -> str:
    """What a part of a first line is by the words in it; "" for a name, of a company or a place."""
    bare = re.sub(r"\([^()]*\)", " ", part)
    if words("role").search(bare) and not SUM.match(bare.strip()[:1]):
        return "role"
    if SUM.search(part) or words("money").search(part):
        return "money"
    if words("workplace").search(bare):
        left = words("beside").sub(" ", words("kind").sub(" ", words("workplace").sub(" ", bare)))
        return "mixed" if re.search(r"[^\W\d_]{3,}", left) else "workplace"
    if words("kind").search(bare):
        return "kind"
    if ADDRESS.search(part) and not re.sub(r"\S*(?:https?:|www\.)\S*|\S+\.\S+", "", bare).strip(" ()-"):
        return "address"
    technologies = [word for word in re.split(r"[,/&]|\band\b", bare) if words("technology").search(word)]
    if len(technologies) > 1 or (technologies and words("technology").fullmatch(bare.strip())):
        return "technology"
    return "raised" if words("raised").search(bare) and "(" not in part else ""


def place_in(part: str) -> str | None:
    """The place in a part that may tell the workplace too: "ONSITE in Paris"; a remote one is a place as it stands."""
    if not words("workplace").search(re.sub(r"\([^()]*\)", " ", part)) or re.search(r"remote", part, re.IGNORECASE):
        return part or None
    left = words("kind").sub(" ", words("workplace").sub(" ", part))
    left = re.sub(
        r"\(\s*\)|\b(?:in|at|only|or|and)\b\s*(?=$|\))|^\s*(?:in|at|only|or|and)\b", " ", left, flags=re.IGNORECASE
    )
    return " ".join(left.split()).strip(" ,/-–—:;()") or None


def is_place_beside(part: str) -> bool:
    """Whether a part tells a place in brackets behind the workplace: "Hybrid (Utrecht)"."""
    inside = " ".join(re.findall(r"\(([^()\d]*)\)", part))
    left = words("beside").sub(" ", words("kind").sub(" ", words("workplace").sub(" ", inside)))
    return bool(re.search(r"[A-Z]\w{2,}", left))


def without_address(company: str) -> str | None:
    """A company's name without the address behind it."""
    name = re.sub(r"\(?\s*(?:https?://|www\.)[^\s)]*\s*\)?", " ", company)
    name = re.sub(r"\(\s*\)", " ", name)
    return " ".join(name.split()).strip(" -–—:,") or company
