using System.Globalization;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hub.Migration.Applying.Sqlite;

/// <summary>New's rows in a SQLite file, by statements that are prepared once. Foreign keys are looked at when a part of a batch has ended.</summary>
internal sealed class SqliteRows : ITargetRows
{
    private const int ConstraintViolated = 19;
    private const int ForeignKeyViolated = 787;
    private const int UniqueViolated = 2067;
    private const int PrimaryKeyViolated = 1555;
    private const int DeferredForeignKeys = 10;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatements> _statements;

    public SqliteRows(SqliteConnection connection, TargetMapping mapping, TargetTables tables)
    {
        (_connection, Tables) = (connection, tables);
        Sql = new HubSql(connection);
        _statements = mapping.Tables.DistinctBy(table => table.Name).ToDictionary(table => table.Name, table => new SqliteStatements(connection, table), StringComparer.Ordinal);
    }

    public HubSql Sql { get; }

    public TargetTables Tables { get; }

    public bool KeepsOpen => false;

    public ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        _connection.Run("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON");
        return default;
    }

    public string? Refuse(TableMapping table, object?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is string text && text.Contains('\0', StringComparison.Ordinal))
            {
                return $"column {table.Columns[i].Name}: the text holds the character 0, behind which SQLite's own functions see nothing";
            }
        }

        return null;
    }

    public ValueTask TruncateAsync(TableMapping table, CancellationToken cancellationToken)
    {
        _connection.Run($"DELETE FROM {SqliteSql.Quote(table.Name)}");
        return default;
    }

    public ValueTask DeleteAsync(TableMapping table, IReadOnlyList<NetRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            _statements[table.Name].Delete(row.Key);
        }

        return default;
    }

    public ValueTask<IReadOnlyList<NetRow>> UpsertAsync(TableMapping table, List<NetRow> rows, bool swapped, CancellationToken cancellationToken)
    {
        var statements = _statements[table.Name];
        if (swapped)
        {
            rows.ForEach(row => statements.Delete(row.Key));
        }

        var missing = new List<NetRow>();
        foreach (var row in rows)
        {
            if (!row.IsMasked)
            {
                statements.Upsert(row.Row!);
            }
            else if (!statements.Update(row.Key, row.Row!))
            {
                missing.Add(row);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<NetRow>>(missing);
    }

    public ValueTask<List<Dictionary<string, string?>>> ReadTextsAsync(
        TableMapping table, string by, IReadOnlyCollection<object> values, CancellationToken cancellationToken)
    {
        var rows = new List<Dictionary<string, string?>>();
        using var command = _connection.Prepare(
            $"SELECT {string.Join(", ", table.Columns.Select(column => SqliteSql.Quote(column.Name)))} FROM {SqliteSql.Quote(table.Name)} "
            + $"WHERE {SqliteSql.Quote(by)} = $key ORDER BY {string.Join(", ", table.Key.Select(place => SqliteSql.Quote(table.Columns[place].Name)))}");
        var parameter = command.Parameters.Add("$key", SqliteType.Text);
        foreach (var value in values)
        {
            parameter.ResetSqliteType();
            parameter.Value = SqliteValue.Stored(value) ?? DBNull.Value;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var row = new Dictionary<string, string?>(StringComparer.Ordinal);
                for (var i = 0; i < table.Columns.Length; i++)
                {
                    row.Add(table.Columns[i].Name, reader.IsDBNull(i) ? null : reader.GetString(i));
                }

                rows.Add(row);
            }
        }

        return ValueTask.FromResult(rows);
    }

    public ValueTask<IReadOnlyList<object?[]>> ReadAsync(TableMapping table, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<object?[]>>(SqliteReads.ByKey(_connection, table, keys));

    public ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (raw.sqlite3_db_status(_connection.Handle!, DeferredForeignKeys, out var open, out _, 0) == 0 && open != 0)
        {
            throw new SqliteException("a foreign key refers to a row that is not there", ConstraintViolated, ForeignKeyViolated);
        }

        return default;
    }

    public TargetRefusal? Refusal(Exception e) => e is SqliteException { SqliteErrorCode: ConstraintViolated } refused
        ? new TargetRefusal(refused.Message, refused.SqliteExtendedErrorCode is UniqueViolated or PrimaryKeyViolated, Waits: true)
        : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var statements in _statements.Values)
        {
            statements.Dispose();
        }

        await Sql.RollBackAsync();
        await _connection.DisposeAsync();
    }
}

/// <summary>The statements of one table.</summary>
internal sealed class SqliteStatements(SqliteConnection connection, TableMapping table) : IDisposable
{
    private readonly string[] _columns = [.. table.Columns.Select(column => SqliteSql.Quote(column.Name))];
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private string Name => SqliteSql.Quote(table.Name);

    private IEnumerable<string> KeyColumns => table.Key.Select(place => _columns[place]);

    public void Upsert(object?[] row) => Run("upsert", row, () =>
    {
        var rest = _columns.Except(KeyColumns).Select(column => $"{column} = excluded.{column}").ToArray();
        return $"INSERT INTO {Name}({string.Join(", ", _columns)}) VALUES({string.Join(", ", _columns.Select((_, i) => $"$p{i}"))}) "
            + $"ON CONFLICT({string.Join(", ", KeyColumns)}) DO {(rest.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", rest)}")}";
    });

    public void Delete(object?[] key) => Run("delete", key, () => $"DELETE FROM {Name} WHERE {Where(0)}");

    /// <summary>Writes what is known of the row.</summary>
    /// <returns>False where it is not there.</returns>
    public bool Update(object?[] key, object?[] row)
    {
        var known = Enumerable.Range(0, row.Length).Where(i => !ReferenceEquals(row[i], RowEffect.Unknown)).ToArray();
        return Run(
            string.Join(',', known), [.. known.Select(i => row[i]), .. key],
            () => $"UPDATE {Name} SET {string.Join(", ", known.Select((place, i) => $"{_columns[place]} = $p{i}"))} WHERE {Where(known.Length)}") > 0;
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private string Where(int first) => string.Join(" AND ", KeyColumns.Select((column, i) => $"{column} = $p{first + i}"));

    private int Run(string name, object?[] values, Func<string> sql)
    {
        if (!_commands.TryGetValue(name, out var command))
        {
            _commands.Add(name, command = connection.Prepare(sql()));
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"$p{i}") });
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = SqliteValue.Stored(values[i]) ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }
}
