"""The standardised tables read once a run, as the columns of integers that `matching.keys` tells of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import numpy as np

from matching.arrays import Array, Texts, expanded, grouped, lookup, mixed, mixed_in, text_column
from matching.columns import array, fetch, texts
from matching.engine import asked_at_once
from matching.keys import NAME_COLUMNS, NAME_KEYS, RESIDENCES, Dictionary, Register, World

HOUSEHOLD = 50  # a "household" of more members is a placeholder or an institution: it says nothing of kinship


def load_world(con: duckdb.DuckDBPyConnection) -> World:
    """The dictionaries and the register from the views std_name, std_address and std_register; birth dates if std_partner has any."""
    with asked_at_once(con, 3), ThreadPoolExecutor(3) as pool:
        names, addresses = pool.submit(load_names, con.cursor()), pool.submit(load_addresses, con.cursor())
        register = pool.submit(load_register, con.cursor())
        return World(names.result(), addresses.result(), register.result())


def _dictionary(
    con: duckdb.DuckDBPyConnection, query: str, number: str, worded: tuple[str, ...]
) -> tuple[dict[str, Array], dict[str, Texts]]:
    """The columns of a dictionary by number, and its columns of texts; the last row of the query is nobody's, with -1 as its number."""
    table = con.execute(query).to_arrow_table()
    numbers = array(table.column(number))
    columns = {name: array(table.column(name)) for name in table.column_names if name not in worded}
    written = {name: texts(table.column(name)) for name in worded}
    if np.array_equal(numbers, np.append(np.arange(len(numbers) - 1), -1)):  # written in this order, as they mostly are, nothing is copied
        return columns, written
    size = int(numbers.max()) + 1
    order = np.full(size + 1, len(numbers) - 1)
    order[numbers] = np.arange(len(numbers))
    return {name: values[order] for name, values in columns.items()}, {name: _in_order(column, order) for name, column in written.items()}


def _in_order(column: Texts, order: Array) -> Texts:
    """Texts by number."""
    lengths = np.diff(column.starts)[order]
    at, _ = expanded(column.starts[order], lengths)
    letters = np.frombuffer(column.whole.encode("latin-1"), np.uint8)
    return text_column(letters[at].tobytes().decode("latin-1"), np.append(0, np.cumsum(lengths)))


def load_names(con: duckdb.DuckDBPyConnection) -> Dictionary:
    """The distinct names, from the view std_name."""
    columns, texts = _dictionary(con, _NAMES, "name", ("key",))
    words, texts["middle"] = _middles(con, columns["middle_hash"])
    columns |= words
    columns["key"] = columns.pop("key_hash")
    columns["ends"] = _if_all(mixed(columns["surname"], columns["given"]), columns["surname"], columns["given"])
    columns |= {"given_initial": _if_all(mixed(columns["given"], columns["key_first"]), columns["given"])} | _slip_keys(columns)
    columns["letters"] = texts["key"].letters()
    more = fetch(con, _SECOND)
    more["ends"] = mixed(more["surname"], more["given"])
    more |= {"given_initial": np.zeros(len(more["name"]), np.uint64)} | _slip_keys(more)
    return Dictionary({name: columns[name] for name in NAME_COLUMNS}, texts, *_with_second(columns, more))


def _middles(con: duckdb.DuckDBPyConnection, hashes: Array) -> tuple[dict[str, Array], Texts]:
    """`middle`: which of the distinct middle names each name has, -1 for none; of each of those the first three words, and how many it has."""
    table = con.execute(_MIDDLES).to_arrow_table()
    middle = np.full(len(hashes), -1)
    rows, place = lookup(hashes, array(table.column("middle_hash")))
    middle[rows] = place
    words = np.stack([array(table.column(f"middle{n}")) for n in (1, 2, 3)], axis=1)
    found = {"middle": middle, "middle_words": np.append(words, np.zeros((1, 3), np.uint64), axis=0)}
    return found | {"middles": np.append(array(table.column("middles")), np.int32(0))}, texts(table.column("middle"))


def _with_second(columns: dict[str, Array], more: dict[str, Array]) -> tuple[dict[str, Array], Array, Array]:
    """The key rows of names: each stands at its name's number; behind them both rows, again its own, of a name with `more`, a second holder."""
    owners, size = more["name"], len(columns["key"]) - 1
    keys = {}
    for key in NAME_KEYS:
        both = np.stack([columns[key][owners], more[key]], axis=1).ravel()
        keys[key] = np.concatenate([columns[key][:-1], both, np.zeros(1, np.uint64)])
    start, count = np.arange(size + 1), (columns["key"] != 0).astype(np.int64)
    start[owners] = size + 2 * np.arange(len(owners)) + (count[owners] == 0)
    count[owners] += 1
    return keys, start, count


def _slip_keys(columns: dict[str, Array]) -> dict[str, Array]:
    """Keys that two names share although one word has a slip: all but that word, and its first or its last letter; `head`: all but the given name."""
    surname, middle, given = (columns[part] for part in ("surname", "middle_hash", "given"))
    head, tail, last = mixed(surname, middle), mixed(middle, given), np.ones_like(given)
    made = {
        "head": head,
        "head_first": mixed_in(head, columns["given_first"]),
        "head_last": mixed_in(head, columns["given_last"], last),
        "tail_first": mixed_in(tail, columns["surname_first"]),
        "tail_last": mixed_in(tail, columns["surname_last"], last),
    }
    return {name: _if_all(key, surname, given) for name, key in made.items()}


def _if_all(key: Array, *columns: Array) -> Array:
    """The key, but 0 where one of the columns is 0."""
    for column in columns:
        key[np.flatnonzero(column == 0)] = 0
    return key


def _grouped(keys: dict[str, Array], of: Array, at: Array, size: int) -> tuple[dict[str, Array], Array, Array]:
    """Key rows in the order of the entries they are of, each column with a 0 at its end, and where those of each entry are."""
    order = np.argsort(of, kind="stable")
    count = np.append(np.bincount(of, minlength=size), 0)
    zero = np.zeros(1, np.uint64)
    return {name: np.concatenate([values[at[order]], zero]) for name, values in keys.items()}, np.cumsum(count) - count, count


def load_addresses(con: duckdb.DuckDBPyConnection) -> Dictionary:
    """The distinct addresses, from the view std_address, and a key row for each commune and each name (street, hamlet) that a place may be found under.

    Keys: locality = commune and street, or hamlet; door = that with alley and house; unplaced = the door with the province alone.
    """
    columns, texts = _dictionary(con, _ADDRESSES, "address", ("street", "hamlet"))
    columns["street"], columns["hamlet"] = columns.pop("street_hash"), columns.pop("hamlet_hash")
    size = len(columns["many"]) - 1
    columns["commune_start"] = np.cumsum(columns["many"]) - columns["many"]
    columns["communes"] = _communes(con, columns)
    columns["commune"] = np.where(columns["many"] == 1, columns["home"], np.uint64(0))
    each, of = expanded(columns["commune_start"][:-1], np.maximum(columns["many"][:-1], 1))
    commune = np.where(
        columns["many"][of] > 0, np.append(columns["communes"], np.uint64(0))[np.minimum(each, len(columns["communes"]))], np.uint64(0)
    )
    street, hamlet = columns["street"][of], columns["hamlet"][of]
    both = np.flatnonzero((street != 0) & (hamlet != 0) & (street != hamlet))
    of, commune = np.concatenate([of, of[both]]), np.concatenate([commune, commune[both]])
    name = np.concatenate([np.where(street != 0, street, hamlet), hamlet[both]])
    province, house = columns["province"][of], columns["house"][of]
    keys = {
        "commune": commune, "province": province,
        "locality": _if_all(mixed(commune, name), commune, name),
        "door": _if_all(mixed(commune, name, columns["alley"][of], house), commune, name, house),
        "unplaced": _if_all(mixed(province, name, columns["alley"][of], house), province, name, house),
    }  # fmt: skip
    return Dictionary(columns, texts, *_grouped(keys, of, np.arange(len(of)), size))


def _communes(con: duckdb.DuckDBPyConnection, columns: dict[str, Array]) -> Array:
    """The communes that each address may mean, on end."""
    many, start = columns["many"], columns["commune_start"]
    found = np.zeros(int(many.sum()), np.uint64)
    one, several = np.flatnonzero(many == 1), np.flatnonzero(many > 1)
    found[start[one]] = columns["home"][one]
    found[expanded(start[several], many[several])[0]] = fetch(con, _COMMUNES)["commune"]
    return found


def load_register(con: duckdb.DuckDBPyConnection) -> Register:
    """The residents, from the view std_register; birth dates if std_partner has any."""
    asked = con.execute("SELECT count(*) FROM (SELECT 1 FROM std_partner WHERE birth_year IS NOT NULL LIMIT 1)").fetchall()[0][0]
    people, _ = _dictionary(con, _PEOPLE.format(born=_BORN if asked else _UNASKED), "r", ())
    size = len(people["r"]) - 1
    people["household"] = np.where(np.bincount(people["household"])[people["household"]] <= HOUSEHOLD, people["household"], 0)
    everybody = np.arange(size)
    named = [(everybody[people[column][:-1] >= 0], column) for column in ("name", "other_name")]
    living = [(everybody[people[column][:-1] >= 0], column, kind) for kind, column in enumerate(RESIDENCES, 1)]
    names = _joined([(who, people[column][who]) for who, column in named])
    places = _joined([(who, people[column][who], np.full(len(who), kind, np.int8)) for who, column, kind in living])
    return Register(people, size, (names[0], names[1]), (places[0], places[1], places[2]))


def _joined(parts: list[tuple[Array, ...]]) -> list[Array]:
    """The parts under each other, in the order of their first column."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return [column[order] for column in columns]


def load_records(con: duckdb.DuckDBPyConnection, world: World, where: str = "TRUE") -> dict[str, Array]:
    """The partner's records that `where` chooses, in the order of `l`, from the view std_partner; sex as far as the name hints at it.

    `owned` says whether any resident bears the record's number, `owner_household` is the household of the first who does, 0 if unknown.
    """
    return completed(world, read_records(con, where))


def read_records(con: duckdb.DuckDBPyConnection, where: str) -> dict[str, Array]:
    """The partner's records that `where` chooses, as they stand."""
    return fetch(con, _RECORDS.format(where=where))


def completed(world: World, records: dict[str, Array]) -> dict[str, Array]:
    """The records with what the dictionaries and the register say of them."""
    hint = world.names.columns["sex_hint"][records["name"]]
    organisation = world.names.columns["organisation"][records["name"]]
    owned, household = _owners(world.register.people, records)
    return records | {"sex": np.where(records["sex"] != 0, records["sex"], hint), "organisation": organisation} | {
        "owned": owned, "owner_household": household
    }  # fmt: skip


def _owners(people: dict[str, Array], records: dict[str, Array]) -> tuple[Array, Array]:
    """Whether a resident bears each record's number, and the household of the first."""
    owned = np.zeros(len(records["l"]), np.int8)
    found = np.zeros(len(records["l"]), people["household"].dtype)
    for column in ("id9", "id12"):  # a personal number counts more than an old one
        known = np.flatnonzero(records[column])
        first, which = grouped(records[column][known])
        rows, place = lookup(people[column], records[column][known[first]])
        owner = np.full(len(first), -1)
        owner[place[::-1]] = rows[::-1]
        borne = np.flatnonzero(owner[which] >= 0)
        owned[known[borne]] = 1
        found[known[borne]] = people["household"][owner[which[borne]]]
    return owned, found


def _hashed(text: str) -> str:
    """SQL: the hash of a text, 0 where there is none."""
    return f"CASE WHEN {text} IS NULL THEN 0::UBIGINT ELSE hash({text}) END"


def _letter(text: str) -> str:
    return f"coalesce(ascii({text}), 0)::UBIGINT"


def _word(number: int) -> str:
    return _hashed(f"nullif(split_part(middle, ' ', {number}), '')")


def _sex(value: str, name: str = "sex") -> str:
    return f"CASE {value} WHEN 'M' THEN 1 WHEN 'F' THEN 2 ELSE 0 END::TINYINT AS {name}"


def _day(date: str) -> str:
    return f"coalesce(year({date}) * 10000 + month({date}) * 100 + day({date}), 0)::INTEGER"


def _and_nobody(table: str, number: str) -> str:
    """SQL: a table and behind it a row of nulls, which -1 looks up."""
    return f"(FROM {table} UNION ALL BY NAME SELECT -1 AS {number})"


_WORDS = f"""
    {_hashed("surname")} AS surname, {_hashed("given")} AS given, {_hashed("middle")} AS middle_hash,
    {_letter("given")} AS given_first, {_letter("right(given, 1)")} AS given_last,
    {_letter("surname")} AS surname_first, {_letter("right(surname, 1)")} AS surname_last
"""
_NAMES = f"""
SELECT name, key, {_hashed("canonical")} AS canonical, {_hashed("key")} AS key_hash, {_hashed("key_sorted")} AS key_sorted,
    {_hashed("key_regional")} AS key_regional, {_hashed("key2")} AS key2, {_letter("key")} AS key_first,
    least(coalesce(length(key), 0), 32767)::SMALLINT AS length, coalesce(kind = 'organisation', FALSE)::TINYINT AS organisation,
    {_sex("sex_hint", "sex_hint")}, coalesce(abbreviated, FALSE)::TINYINT AS abbreviated, coalesce(has_tones, FALSE)::TINYINT AS has_tones, {_WORDS}
FROM {_and_nobody("std_name", "name")}
"""
_MIDDLES = f"""
SELECT middle, hash(middle) AS middle_hash, {_word(1)} AS middle1, {_word(2)} AS middle2, {_word(3)} AS middle3,
    (1 + length(middle) - length(replace(middle, ' ', '')))::INTEGER AS middles
FROM (SELECT DISTINCT middle FROM std_name WHERE middle IS NOT NULL)
"""
_SECOND = f"""
SELECT name, hash(array_to_string(list_sort(words), ' ')) AS key_sorted, hash(key2) AS key_regional, {_WORDS}
FROM (SELECT *, words[1] AS surname, words[-1] AS given, nullif(array_to_string(words[2:-2], ' '), '') AS middle
      FROM (SELECT name, key2, string_split(key2, ' ') AS words FROM std_name WHERE key2 IS NOT NULL))
"""

_ADDRESSES = f"""
SELECT address, street, hamlet, coalesce(len(communes), 0)::INTEGER AS many, {_hashed("coalesce(commune, list_min(communes))")} AS home,
    {_hashed("province")} AS province, {_hashed("street")} AS street_hash, {_hashed("hamlet")} AS hamlet_hash,
    {_hashed("coalesce(house, building)")} AS house, CASE WHEN address < 0 THEN 0::UBIGINT ELSE hash(coalesce(alley, '')) END AS alley,
    least(coalesce(length(street), 0), 32767)::SMALLINT AS street_length, least(coalesce(length(hamlet), 0), 32767)::SMALLINT AS hamlet_length
FROM {_and_nobody("std_address", "address")}
"""
_COMMUNES = """
SELECT hash(commune) AS commune FROM (SELECT address, unnest(communes) AS commune FROM std_address WHERE len(communes) > 1) ORDER BY address, commune
"""

_BORN = """
    coalesce(birth_year, 0)::SMALLINT AS birth_year, coalesce(month(birth_date) * 100 + day(birth_date), 0)::SMALLINT AS birth_day,
    coalesce(birth_condition IN ('year_only', 'first_january'), FALSE)::TINYINT AS birth_partial
"""
_UNASKED = "coalesce(birth_year, 0)::SMALLINT AS birth_year, 0::SMALLINT AS birth_day, 0::TINYINT AS birth_partial"
_NUMBERS = "coalesce(id12, 0)::BIGINT AS id12, coalesce(id9, 0)::BIGINT AS id9"


_PEOPLE = f"""
SELECT r, coalesce(name, -1)::INTEGER AS name, coalesce(CASE WHEN other_name IS DISTINCT FROM name THEN other_name END, -1)::INTEGER AS other_name,
    coalesce(household + 1, 0)::INTEGER AS household, {_NUMBERS}, {{born}}, {_sex("sex")}, {_day("CASE WHEN status = 'deceased' THEN status_date END")} AS died,
    coalesce(permanent, -1)::INTEGER AS permanent,
    coalesce(CASE WHEN temporary IS DISTINCT FROM permanent THEN temporary END, -1)::INTEGER AS temporary,
    coalesce(CASE WHEN current IS DISTINCT FROM permanent AND current IS DISTINCT FROM temporary THEN current END, -1)::INTEGER AS current
FROM {_and_nobody("std_register", "r")}
"""
_RECORDS = f"""
SELECT l, bucket, coalesce(name, -1)::INTEGER AS name, {_NUMBERS}, least(coalesce(length(id_digits), 0), 32767)::SMALLINT AS digits,
    coalesce(CASE WHEN length(id_digits) < 19 THEN try_cast(id_digits AS BIGINT) END, 0)::BIGINT AS digits_value,
    {_BORN}, {_sex("sex")}, coalesce(place, -1)::INTEGER AS place, {_day("event_date")} AS event_day
FROM std_partner WHERE {{where}} ORDER BY l
"""
