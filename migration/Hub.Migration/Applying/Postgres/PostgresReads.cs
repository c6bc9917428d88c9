using System.Collections.Immutable;
using System.Globalization;
using Hub.ChangeFeed.Embedded;
using Hub.Migration.Mapping;
using Npgsql;
using NpgsqlTypes;

namespace Hub.Migration.Applying.Postgres;

/// <summary>Reads rows of New's tables, their values as the mapping gives them.</summary>
internal static class PostgresReads
{
    public static string Quote(string name) => SqliteSql.Quote(name);

    public static string Select(PostgresColumn[] columns, string table) =>
        $"SELECT {string.Join(", ", columns.Select(column => column.IsCast || (column.Kind == PostgresKind.Text && !column.Declared.StartsWith("character(", StringComparison.Ordinal)) ? $"{Quote(column.Name)}::text" : Quote(column.Name)))} FROM {table}";

    public static async Task<List<object?[]>> ByKeyAsync(
        NpgsqlConnection connection, TableMapping table, PostgresColumn[] columns, IReadOnlyList<object?[]> keys, CancellationToken cancellationToken)
    {
        var key = table.Key.Select(place => columns[place]).ToArray();
        await using var command = new NpgsqlCommand(
            $"{Select(columns, TableName.Quote(table.Name, schemas: true))} WHERE ({string.Join(", ", key.Select(column => Quote(column.Name)))}) IN "
            + $"(SELECT {string.Join(", ", key.Select((column, i) => $"k{i}::{column.Declared}"))} FROM unnest({string.Join(", ", key.Select((_, i) => $"${i + 1}::text[]"))}) "
            + $"AS k({string.Join(", ", key.Select((_, i) => $"k{i}"))}))",
            connection);
        for (var i = 0; i < key.Length; i++)
        {
            command.Parameters.Add(new() { Value = keys.Select(values => Text(values[i])).ToArray() });
        }

        return await ReadAsync(command, columns, cancellationToken);
    }

    public static async Task<ImmutableArray<object?[]>> RangeAsync(
        NpgsqlConnection connection, TableMapping table, PostgresColumn[] columns, object?[]? after, object?[]? upTo, int rows, CancellationToken cancellationToken)
    {
        // Texts by their bytes, whichever collation the column has: as the source's chunks are ordered.
        var key = table.Key.Select(place => columns[place]).ToArray();
        var order = string.Join(", ", key.Select(column => column.Kind == PostgresKind.Text ? $"{Quote(column.Name)} COLLATE \"C\"" : Quote(column.Name)));
        await using var command = new NpgsqlCommand("", connection);
        var conditions = new List<string>();
        Add(after, ">");
        Add(upTo, "<=");
        command.CommandText =
            $"{Select(columns, TableName.Quote(table.Name, schemas: true))} {(conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}")} ORDER BY {order} LIMIT {rows.ToString(CultureInfo.InvariantCulture)}";
        return [.. await ReadAsync(command, columns, cancellationToken)];

        void Add(object?[]? bound, string than)
        {
            if (bound is not null)
            {
                var first = command.Parameters.Count;
                conditions.Add($"({order}) {than} ({string.Join(", ", bound.Select((_, i) => $"${first + i + 1}::text::{key[i].Declared}"))})");
                foreach (var value in bound)
                {
                    command.Parameters.Add(new() { Value = Text(value) });
                }
            }
        }
    }

    /// <summary>A COPY of a range, whose bounds can't be parameters.</summary>
    public static string CopyRange(TableMapping table, PostgresColumn[] columns, string select, object?[]? after, object?[]? upTo, int rows)
    {
        var key = table.Key.Select(place => columns[place]).ToArray();
        var order = string.Join(", ", key.Select(column => column.Kind == PostgresKind.Text ? $"{Quote(column.Name)} COLLATE \"C\"" : Quote(column.Name)));
        var conditions = new List<string>();
        if (after is not null)
        {
            conditions.Add($"({order}) > ({Bound(after)})");
        }

        if (upTo is not null)
        {
            conditions.Add($"({order}) <= ({Bound(upTo)})");
        }

        return $"COPY (SELECT {select} FROM {TableName.Quote(table.Name, schemas: true)} {(conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}")} "
            + $"ORDER BY {order} LIMIT {rows.ToString(CultureInfo.InvariantCulture)}) TO STDOUT (FORMAT BINARY)";

        string Bound(object?[] values) => string.Join(", ", values.Select((value, i) =>
            $"E'{Text(value)!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'::{key[i].Declared}"));
    }

    public static async Task<List<object?[]>> ReadAsync(NpgsqlCommand command, PostgresColumn[] columns, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Value(reader, i, columns[i].Kind);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>A value's text as PostgreSQL reads it, and as messages and templates have it.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture).Replace('.', ' '),
        byte[] bytes => $"\\x{Convert.ToHexStringLower(bytes)}",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    private static object Value(NpgsqlDataReader reader, int column, PostgresKind kind) => kind switch
    {
        PostgresKind.Int2 => (long)reader.GetInt16(column),
        PostgresKind.Int4 => (long)reader.GetInt32(column),
        PostgresKind.Int8 => reader.GetInt64(column),
        PostgresKind.Numeric => Exact(reader, column),
        PostgresKind.Float4 => PostgresColumn.Shortest(reader.GetFloat(column)),
        PostgresKind.Float8 => reader.GetDouble(column),
        PostgresKind.Bool => reader.GetBoolean(column),
        PostgresKind.TimestampTz => new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc)),
        PostgresKind.Timestamp => DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Unspecified),
        PostgresKind.Date => reader.GetFieldValue<DateOnly>(column),
        PostgresKind.Time => reader.GetFieldValue<TimeOnly>(column),
        PostgresKind.Interval => reader.GetFieldValue<NpgsqlInterval>(column) is var span && span.Months == 0
            ? new TimeSpan((span.Days * TimeSpan.TicksPerDay) + (span.Time * TimeSpan.TicksPerMicrosecond))
            : $"{span.Months} months {span.Days} days {span.Time} µs",
        PostgresKind.Bytea => reader.GetFieldValue<byte[]>(column),
        PostgresKind.Uuid => reader.GetGuid(column),
        _ => reader.GetString(column),
    };

    /// <summary>What no mapped value can be, but somebody may have written, is a text that equals none.</summary>
    private static object Exact(NpgsqlDataReader reader, int column)
    {
        try
        {
            return reader.GetDecimal(column);
        }
        catch (Exception e) when (e is OverflowException or InvalidCastException)
        {
            return "a number that has no place in 28 digits";
        }
    }
}
