using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>What live connectors wrote becomes, folded by key in the topics' order, the rows that stood in the databases in the end.</summary>
public sealed partial class CapturedTests
{
    // PostgreSQL prints these in its own way in final-rows.
    private static readonly Dictionary<string, string> PrintedOtherwise = new(StringComparer.Ordinal)
    {
        ["$12.34"] = "12.34",
        ["\\xdeadbeef"] = "deadbeef",
        ["12:00:00+02"] = "10:00:00Z", // Debezium loses the offset of timetz
        ["2024-02-29T10:34:56.789012+00:00"] = "2024-02-29T10:34:56.789012Z",
        ["1 year 2 mons 3 days 04:05:06.7"] = "P1Y2M3DT4H5M6.7S",
        ["101"] = "05",
        ["1011"] = "0b",
    };

    [Fact]
    public void PostgresTopics_WithSchemas_FoldToTheFinalRows() => AssertPostgres("pgts", new DebeziumEnvelope(SampleTables.Postgres));

    [Fact]
    public void PostgresTopics_ByDefaultsWithoutSchemas_FoldToTheFinalRowsButForWhatDebeziumLoses()
    {
        // numeric NaN comes as null in precise mode; the interval is refused, see below.
        var fold = Fold("postgresql", "pgt.public.t_types", new DebeziumEnvelope(SampleTables.Postgres, DebeziumHandling.Debezium), line => NumericInterval().Replace(line, ""));

        AssertRows("t_types", PostgresRows("t_types"), fold, missing: ["iv"], lost: ["n_nan"]);
        foreach (var table in new[] { "t_full", "t_toast", "t_nopk", "t_outbox" })
        {
            AssertPostgres("pgt", new DebeziumEnvelope(SampleTables.Postgres, DebeziumHandling.Debezium), table);
        }
    }

    [Fact]
    public void Interval_AsANumber_IsRefusedByName()
    {
        var copied = Samples.Records("captured/postgresql/pgt.public.t_types.jsonl").First();

        var message = Assert.Throws<FormatException>(() => copied.Decode(new DebeziumEnvelope(SampleTables.Postgres, DebeziumHandling.Debezium))).Message;

        Assert.Contains("t_types, column iv", message, StringComparison.Ordinal);
        Assert.Contains("interval.handling.mode=numeric", message, StringComparison.Ordinal);
        Assert.Contains("interval.handling.mode=string", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mcts", DebeziumHandling.Hub)]
    [InlineData("mct", DebeziumHandling.Debezium)]
    public void MariaDbTopics_FoldToTheFinalRows(string prefix, DebeziumHandling handling)
    {
        // A zero date comes as null; no final row has one.
        var envelope = new DebeziumEnvelope(SampleTables.MariaDb, handling, "types");
        AssertRows("t_types", MariaDbRows("t_types"), Fold("mariadb", $"{prefix}.types.t_types", envelope), missing: [], lost: []);

        // A column that was renamed has its old name in the rows that were written before.
        AssertRows("t_pk", MariaDbRows("t_pk"), Fold("mariadb", $"{prefix}.types.t_pk", envelope), missing: ["vv"], lost: []);
    }

    [Theory]
    [InlineData("postgresql", "pgt")]
    [InlineData("postgresql", "pgts")]
    [InlineData("mariadb", "mct")]
    [InlineData("mariadb", "mcts")]
    public void Row_OfATableWithoutKey_IsDecodedAndTold(string database, string prefix)
    {
        var envelope = new DebeziumEnvelope(database == "mariadb" ? SampleTables.MariaDb : SampleTables.Postgres, DebeziumHandling.Debezium, database == "mariadb" ? "types" : null);
        var rows = Samples.Records(Samples.Files($"captured/{database}", $"{prefix}.*.t_nopk.jsonl").Single()).Select(record => record.Decode(envelope).Change!).ToList();

        Assert.All(rows, row => Assert.True(row.IsKeyless));
        Assert.Equal("x", rows[0].After![1].Text);
    }

    [Fact]
    public void EveryOtherRecord_IsOfItsKind()
    {
        Assert.All(Kinds("captured/postgresql/pgts.transaction.jsonl"), kind => Assert.True(kind is DebeziumRecordKind.Begin or DebeziumRecordKind.End));
        Assert.All(Kinds("captured/mariadb/mct.transaction.jsonl"), kind => Assert.True(kind is DebeziumRecordKind.Begin or DebeziumRecordKind.End));
        Assert.All(Kinds("captured/postgresql/pgt-notifications.jsonl"), kind => Assert.Equal(DebeziumRecordKind.Notification, kind));
        Assert.All(Kinds("captured/postgresql/pgt.message.jsonl").Concat(Kinds("captured/postgresql/pgts.message.jsonl")), kind => Assert.Equal(DebeziumRecordKind.Message, kind));
        Assert.All(Kinds("captured/mariadb/mct.jsonl").Concat(Kinds("captured/mariadb/mcts.jsonl")), kind => Assert.Equal(DebeziumRecordKind.SchemaChange, kind));
        Assert.All(Kinds("captured/mariadb/__debezium-heartbeat.mct.jsonl"), kind => Assert.Equal(DebeziumRecordKind.Heartbeat, kind));
        Assert.All(Kinds("captured/postgresql/pgts.public.debezium_signal.jsonl"), kind => Assert.Equal(DebeziumRecordKind.Change, kind));
    }

    [Fact]
    public void Notification_OfAScannedTable_SaysHowManyRows()
    {
        var scanned = Samples.Records("captured/postgresql/pgt-notifications.jsonl").Select(record => record.Decode(new DebeziumEnvelope()).Notification!)
            .Where(told => told is { Aggregate: "Incremental Snapshot", Type: "TABLE_SCAN_COMPLETED" }).ToList();

        Assert.Equal(["t_full,t_types", "t_types"], scanned.Select(told => told.Tables));
        Assert.DoesNotContain(scanned, told => told.IsToBeReadAgain);
        Assert.Equal([("s1", "t_full", 1L, "SUCCEEDED"), ("s1", "t_types", 2L, "SUCCEEDED")], scanned.Select(told => (told.Id, told.Table!, told.Rows!.Value, told.Status!)));
    }

    [Fact]
    public void SchemaChange_OfMariaDb_NamesItsTablesAndItsStatement()
    {
        var changes = Samples.Records("captured/mariadb/mct.jsonl").Select(record => record.Decode(new DebeziumEnvelope(defaultSchema: "types")).SchemaChange!).ToList();

        Assert.Contains(changes, change => change.Tables is ["t_pk"] && change.Ddl!.Contains("added", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(changes, change => change.Tables is ["shop.product"]);
    }

    [Fact]
    public void Transactions_OfEvents_AreThoseThatBeginAndEnd()
    {
        var envelope = new DebeziumEnvelope(SampleTables.Postgres, DebeziumHandling.Debezium);
        var told = Samples.Records("captured/postgresql/pgt.transaction.jsonl").Select(record => record.Decode(envelope))
            .Where(record => record.Kind == DebeziumRecordKind.Begin).Select(record => record.Transaction!).ToHashSet();
        var events = Samples.Records("captured/postgresql/pgt.public.t_full.jsonl").Select(record => record.Decode(envelope)).Where(record => record.Change is not null).ToList();

        Assert.All(events, record => Assert.True(record.Change!.Operation == ChangeOperation.Read ? record.Transaction is null : told.Contains(record.Transaction!)));
    }

    private static List<DebeziumRecordKind> Kinds(string file)
    {
        var envelope = new DebeziumEnvelope();
        return [.. Samples.Records(file).Select(record => record.Decode(envelope).Kind)];
    }

    private static void AssertPostgres(string prefix, DebeziumEnvelope envelope, params string[] tables)
    {
        foreach (var table in tables is [] ? ["t_types", "t_full", "t_toast", "t_nopk", "t_outbox"] : tables)
        {
            var fold = Fold("postgresql", $"{prefix}.public.{table}", envelope);
            if (table == "t_toast")
            {
                // It was truncated in the end, which this connector was set not to tell (skipped.operations=t is the default).
                Assert.Equal(2, fold.Count);
                continue;
            }

            // The default of a column that was added is not told of the rows that were there.
            AssertRows(table, PostgresRows(table), fold, missing: ["added"], lost: []);
        }
    }

    private static Dictionary<string, ChangeRow> Fold(string database, string topic, DebeziumEnvelope envelope, Func<string, string>? edit = null)
    {
        var rows = new Dictionary<string, ChangeRow>(StringComparer.Ordinal);
        foreach (var line in Samples.Lines($"captured/{database}/{topic}.jsonl"))
        {
            if (SampleRecord.Parse(edit?.Invoke(line) ?? line).Decode(envelope).Change is not { } change)
            {
                continue;
            }

            var key = change.IsKeyless ? (change.After ?? change.Before)!.ToString() : change.Key.ToString();
            if (change.After is not { } after)
            {
                rows.Remove(key);
                continue;
            }

            // An unknown value keeps what the row had.
            rows[key] = rows.TryGetValue(key, out var had)
                ? new ChangeRow(after.Names, [.. after.Columns.Select(column => column.Value.Kind == ChangeValueKind.Unknown && had.TryGet(column.Name, out var old) ? old : column.Value)])
                : after;
        }

        return rows;
    }

    private static void AssertRows(
        string table, List<Dictionary<string, string?>> expected, Dictionary<string, ChangeRow> actual, string[] missing, string[] lost)
    {
        Assert.True(expected.Count == actual.Count, $"{table}: {expected.Count} rows are expected, there are {string.Join("; ", actual.Keys)}");
        foreach (var row in expected)
        {
            var first = row.First();
            var found = actual.Values.Where(candidate => row.Take(table is "t_full" or "t_pk" or "t_nopk" ? 2 : 1)
                .All(key => candidate.TryGet(key.Key, out var value) && value.Text == key.Value)).ToList();
            var decoded = Assert.Single(found);
            foreach (var (column, value) in row)
            {
                if (!decoded.TryGet(column, out var has))
                {
                    Assert.Contains(column, missing);
                }
                else if (lost.Contains(column))
                {
                    Assert.Equal(ChangeValue.Null, has);
                }
                else
                {
                    Assert.True(value == has.Text, $"{table}.{column} of {first.Key} {first.Value}: '{value}' is expected, it is {has}");
                }
            }
        }
    }

    private static List<Dictionary<string, string?>> PostgresRows(string table)
    {
        foreach (var line in Samples.Lines("captured/postgresql/final-rows.jsonl"))
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("table").GetString() == table)
            {
                return [.. document.RootElement.GetProperty("rows").EnumerateArray().Select(
                    row => row.EnumerateObject().ToDictionary(column => column.Name, column => Text(column.Value)))];
            }
        }

        throw new InvalidOperationException($"{table} has no final rows.");

        static string? Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => PrintedOtherwise.GetValueOrDefault(value.GetString()!, value.GetString()!),
            JsonValueKind.Object or JsonValueKind.Array => JsonText.Compact(value.GetRawText()),
            _ => value.GetRawText(),
        };
    }

    // The file holds a result set a table; bytes stand in it as text that can't be read back.
    private static List<Dictionary<string, string?>> MariaDbRows(string table)
    {
        var file = File.ReadAllText(Path.Combine(Samples.Folder(), "captured/mariadb/final-rows.xml"));
        var set = Declaration().Split(file).Single(part => part.Contains($"from {table} ", StringComparison.Ordinal));
        var bytes = new Dictionary<string, string> { ["bi"] = "01020000", ["vb"] = "00ff", ["bl"] = "deadbeef", ["bt"] = "0102" };
        return [.. XDocument.Parse(Controls().Replace(set, "")).Root!.Elements("row").Select(row => row.Elements("field").ToDictionary(
            field => field.Attribute("name")!.Value,
            field => field.Attributes().Any(attribute => attribute.Name.LocalName == "nil") ? null
                : bytes.TryGetValue(field.Attribute("name")!.Value, out var known) ? known
                : field.Attribute("name")!.Value.StartsWith("dt", StringComparison.Ordinal) ? field.Value.Replace(' ', 'T')
                : field.Attribute("name")!.Value.StartsWith("ts", StringComparison.Ordinal) ? $"{field.Value.Replace(' ', 'T')}Z"
                : field.Value))];
    }

    [GeneratedRegex("\"iv\": -?[0-9]+, ")]
    private static partial Regex NumericInterval();

    [GeneratedRegex("""<\?xml version="1.0"\?>""")]
    private static partial Regex Declaration();

    [GeneratedRegex("[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffd]")]
    private static partial Regex Controls();
}
