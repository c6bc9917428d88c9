using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.ChangeFeed.Kafka;

/// <summary>A statement with its parameters by name, without the leading <c>@</c>.</summary>
public sealed record SignalStatement(string Sql, ImmutableArray<(string Name, string Value)> Parameters);

/// <summary>How a database quotes names.</summary>
public enum SignalDialect
{
    Postgres,

    /// <summary>MariaDB and MySQL.</summary>
    MySql,
    SqlServer,
}

/// <summary>
/// The row of legacy's signal table by which a Debezium connector is asked for an incremental snapshot. It is written with
/// the hub's own role, which needs INSERT on that table alone.
/// </summary>
public static class CopySignal
{
    /// <summary>The table; it is captured by the connector like those of the dataset.</summary>
    public const string Table = TransactionAssembler.SignalTable;

    /// <summary>Copies tables while their changes go on streaming.</summary>
    /// <param name="signalTable">The signal table in its database's words, unquoted: schema and name, in MariaDB database and name.</param>
    /// <param name="id">Comes again in the notifications; at most 42 characters.</param>
    /// <param name="tables">By the connector's names: <c>public.orders</c>, in MariaDB <c>shop.orders</c>, in SQL Server <c>shop.dbo.orders</c>.</param>
    public static SignalStatement Copy(SignalDialect dialect, string[] signalTable, string id, IEnumerable<string> tables) =>
        Write(dialect, signalTable, id, "execute-snapshot", Data(tables));

    /// <summary>Takes tables out of a running copy; all of them where none is named.</summary>
    public static SignalStatement Stop(SignalDialect dialect, string[] signalTable, string id, IEnumerable<string> tables) =>
        Write(dialect, signalTable, id, "stop-snapshot", Data(tables));

    /// <summary>Lets a running copy rest after its chunk.</summary>
    public static SignalStatement Pause(SignalDialect dialect, string[] signalTable, string id) =>
        Write(dialect, signalTable, id, "pause-snapshot", Data([]));

    /// <summary>Lets it go on.</summary>
    public static SignalStatement Resume(SignalDialect dialect, string[] signalTable, string id) =>
        Write(dialect, signalTable, id, "resume-snapshot", Data([]));

    private static SignalStatement Write(SignalDialect dialect, string[] signalTable, string id, string type, string data)
    {
        var table = string.Join('.', signalTable.Select(name => Quote(dialect, name)));
        return new SignalStatement($"INSERT INTO {table} (id, type, data) VALUES (@id, @type, @data)", [("id", id), ("type", type), ("data", data)]);
    }

    private static string Data(IEnumerable<string> tables)
    {
        var names = tables.Select(Pattern).ToArray();
        return names.Length == 0
            ? """{"type":"incremental"}"""
            : $$"""{"data-collections":{{JsonSerializer.Serialize(names)}},"type":"incremental"}""";
    }

    // The connector takes names as regular expressions, and one that matches none as a plain name: a dot may stay as it is.
    private static string Pattern(string table) =>
        string.Concat(table.Select(letter => @"\^$|?*+()[]{}".Contains(letter, StringComparison.Ordinal) ? $@"\{letter}" : $"{letter}"));

    private static string Quote(SignalDialect dialect, string name) => dialect switch
    {
        SignalDialect.Postgres => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        SignalDialect.MySql => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`",
        _ => $"[{name.Replace("]", "]]", StringComparison.Ordinal)}]",
    };
}
