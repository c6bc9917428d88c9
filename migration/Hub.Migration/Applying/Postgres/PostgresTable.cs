using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;

namespace Hub.Migration.Applying.Postgres;

/// <summary>The SQL of one table as it is mapped, made once for a session.</summary>
internal sealed class PostgresTable
{
    private readonly string _deletes;
    private readonly string[] _names;
    private readonly string _sameKey;

    public PostgresTable(TableMapping table, PostgresCatalog catalog, int number)
    {
        Mapping = table;
        Name = TableName.Quote(table.Name, schemas: true);
        (Upserts, _deletes) = ($"pg_temp.hub_up_{number}", $"pg_temp.hub_del_{number}");
        Columns = [.. table.Columns.Select(column => catalog.Forms[table.Name][column.Name])];
        _names = [.. Columns.Select(column => SqliteSql.Quote(column.Name))];
        _sameKey = string.Join(" AND ", KeyNames.Select(name => $"t.{name} = s.{name}"));
        Uniques = [.. (catalog.Tables.Tables.First(found => found.Name == table.Name) is var described ? described.Uniques.Add(described.Key) : [])
            .Where(unique => !unique.IsEmpty && !unique.ToHashSet(StringComparer.Ordinal).SetEquals(KeyPlaces.Select(place => Columns[place].Name)))
            .Where(unique => unique.All(column => Columns.Any(mapped => mapped.Name == column)))
            .Select(unique => string.Join(" AND ", unique.Select(column => $"t.{SqliteSql.Quote(column)} = s.{SqliteSql.Quote(column)}")))];
    }

    public TableMapping Mapping { get; }

    public string Name { get; }

    public PostgresColumn[] Columns { get; }

    /// <summary>The temporary table that rows to be written go through; kept for the session, empty when a transaction begins.</summary>
    public string Upserts { get; }

    public string Deletes => _deletes;

    /// <summary>Conditions on which two rows have a unique value in common that is not the key.</summary>
    public string[] Uniques { get; }

    /// <summary>Whether the temporary tables were written in the transaction that is open.</summary>
    public bool IsUsed { get; set; }

    public bool IsDeleteUsed { get; set; }

    /// <summary>A batch's new rows are copied into the table itself; after a collision not for some batches.</summary>
    public int Rest { get; set; }

    public int RestLength { get; set; }

    public bool HasCasts => Columns.Any(column => column.IsCast);

    public IEnumerable<int> KeyPlaces => Mapping.Key;

    public string Prepare =>
        $"""
        CREATE TEMPORARY TABLE {Upserts[8..]} ON COMMIT DELETE ROWS AS SELECT {string.Join(", ", Columns.Select((column, i) => column.IsCast ? $"{_names[i]}::text" : _names[i]))} FROM {Name} WITH NO DATA;
        CREATE TEMPORARY TABLE {_deletes[8..]} ON COMMIT DELETE ROWS AS SELECT {string.Join(", ", KeyNames)} FROM {Name} WITH NO DATA
        """;

    public string CopyFresh => $"COPY {Name}({string.Join(", ", _names)}) FROM STDIN (FORMAT binary)";

    public string CopyUpserts => $"COPY {Upserts}({string.Join(", ", _names)}) FROM STDIN (FORMAT binary)";

    public string CopyDeletes => $"COPY {_deletes}({string.Join(", ", KeyNames)}) FROM STDIN (FORMAT binary)";

    public string Delete => $"DELETE FROM {Name} t USING {_deletes} s WHERE {_sameKey}";

    /// <summary>
    /// Deletes rows of the batch that hold a unique value which another one of the batch is to have, and inserts all: one statement,
    /// so that rows which refer to those see them come again. Counting makes the deletes come first.
    /// </summary>
    public string UpsertSwapped =>
        $"WITH gone AS ({DeleteSwapped} RETURNING 1), counted AS (SELECT count(*) AS hub_gone FROM gone) {Upsert.Replace($"FROM {Upserts} s ", $"FROM {Upserts} s, counted ", StringComparison.Ordinal)}";

    private string DeleteSwapped =>
        $"DELETE FROM {Name} t USING {Upserts} s WHERE ({string.Join(" OR ", Uniques.Select(unique => $"({unique})"))}) AND NOT ({_sameKey}) "
        + $"AND EXISTS (SELECT 1 FROM {Upserts} own WHERE {string.Join(" AND ", KeyNames.Select(name => $"own.{name} = t.{name}"))})";

    public string Upsert
    {
        get
        {
            var rest = Enumerable.Range(0, _names.Length).Where(i => !KeyPlaces.Contains(i)).Select(i => $"{_names[i]} = excluded.{_names[i]}").ToArray();
            return $"INSERT INTO {Name}({string.Join(", ", _names)}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", _names.Select((_, i) => Cast(i)))} FROM {Upserts} s "
                + $"ON CONFLICT({string.Join(", ", KeyNames)}) DO {(rest.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", rest)}")}";
        }
    }

    public string Missing => $"SELECT {string.Join(", ", KeyNames)} FROM {Upserts} s WHERE NOT EXISTS (SELECT 1 FROM {Name} t WHERE {_sameKey})";

    private IEnumerable<string> KeyNames => KeyPlaces.Select(place => _names[place]);

    /// <summary>Writes the columns that are known.</summary>
    public string Update(IEnumerable<int> known)
    {
        var set = known.Where(i => !KeyPlaces.Contains(i)).Select(i => $"{_names[i]} = {Cast(i)}").ToArray();
        return set.Length == 0
            ? $"SELECT 1 FROM {Name} t JOIN {Upserts} s ON {_sameKey}"
            : $"UPDATE {Name} t SET {string.Join(", ", set)} FROM {Upserts} s WHERE {_sameKey}";
    }

    private string Cast(int place) => Columns[place].IsCast ? $"s.{_names[place]}::{Columns[place].Declared}" : $"s.{_names[place]}";
}
