using System.Text;
using System.Text.Json;
using Hub.ChangeFeed.Debezium;

namespace Hub.ChangeFeed.Tests.Debezium;

/// <summary>Derived and recorded records of all four databases and many versions: each is decoded, or refused for a reason that stands here.</summary>
public sealed class RecordSampleTests
{
    [Theory]
    [InlineData("sqlserver")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("mariadb")]
    public void DerivedRecord_OfAnyKind_IsDecoded(string database)
    {
        var envelope = new DebeziumEnvelope(defaultSchema: database is "mysql" or "mariadb" ? "inventory" : null);
        foreach (var record in Samples.Records($"records/{database}.jsonl"))
        {
            var kind = record.Name.Replace("+schema", "", StringComparison.Ordinal).Split('.')[1..];
            var decoded = record.Decode(envelope);
            Assert.True(Kind(kind) == decoded.Kind, $"{record.Name} is {decoded.Kind}");
            if (decoded.Change is { } change)
            {
                Assert.True(change.Operation switch
                {
                    ChangeOperation.Create => "c",
                    ChangeOperation.Update => "u",
                    ChangeOperation.Delete => "d",
                    ChangeOperation.Read => "r",
                    _ => "t",
                } == (kind[0] == "pk" ? kind[1] : kind[0]), record.Name);
                Assert.DoesNotContain('.', change.Table);
                Assert.Equal(kind is ["pk", "c"], change.OldKey is not null);
                Assert.False(change.IsKeyless);
            }
        }
    }

    [Fact]
    public void UnchangedLargeValue_OfAnyType_IsUnknown()
    {
        var toast = Find("postgresql", "postgresql.u.toast").Decode(new DebeziumEnvelope(SampleTables.Postgres)).Change!.After!;
        var max = Find("sqlserver", "sqlserver.u.max.placeholder+schema").Decode(new DebeziumEnvelope()).Change!.After!;

        Assert.All(["body", "tags", "attrs"], column => Assert.Equal(ChangeValueKind.Unknown, toast.Columns.Single(known => known.Name == column).Value.Kind));
        Assert.All(["notes", "photo"], column => Assert.Equal(ChangeValueKind.Unknown, max.Columns.Single(known => known.Name == column).Value.Kind));
    }

    [Fact]
    public void Record_ThatTransformsChanged_IsRefused()
    {
        foreach (var record in Samples.Records("records/other.jsonl"))
        {
            Assert.Throws<FormatException>(() => record.Decode(new DebeziumEnvelope()));
        }
    }

    [Fact]
    public void RecordedMessage_OfOldVersions_IsDecodedOrRefusedForItsReason()
    {
        var envelope = new DebeziumEnvelope();
        var refusals = new HashSet<string>(StringComparer.Ordinal);
        var decoded = 0;
        foreach (var (file, value) in Messages())
        {
            try
            {
                decoded += envelope.Read([], Encoding.UTF8.GetBytes(value), 1).Kind is DebeziumRecordKind.Change or DebeziumRecordKind.SchemaChange ? 1 : 0;
            }
            catch (FormatException e)
            {
                refusals.Add(Reasons.FirstOrDefault(reason => e.Message.Contains(reason, StringComparison.Ordinal)) ?? $"{file}: {e.Message}");
            }
        }

        Assert.True(refusals.IsSubsetOf(Reasons), string.Join('\n', refusals));
        Assert.Empty(Reasons.Except(refusals));
        Assert.True(decoded > 60, $"{decoded} were decoded");
    }

    // What other projects kept of Debezium's messages without what gives them an order, or wrote themselves.
    private static readonly string[] Reasons =
    [
        "name no place in the binlog", // Flink's: file ""
        "it has no source", // Flink's own reader's
        "source names no connector", // Flink's pipelines write an envelope of their own
        "source.commit_lsn is no log sequence number", // SeaTunnel's: "00"
        "is not in the schema beside it", // a schema that was shortened by hand
        "it has no 'op'", // Flink's: a schema change with a history record of its own
    ];

    [Theory]
    [InlineData("postgresql-interleaved-commits", true)]
    [InlineData("postgresql-echo-and-rogue-write", true)]
    [InlineData("sqlserver-deferred-update-key-swap", true)]
    [InlineData("sqlserver-incremental-snapshot-crash", false)]
    [InlineData("sqlserver-restart-replay-after-delete", false)]
    public void Scenario_InTopicOrder_FoldsToItsRowsWhenWhatIsBelowTheHighestIsSkipped(string scenario, bool inOrder)
    {
        var envelope = new DebeziumEnvelope();
        var lines = Samples.Lines($"scenarios/{scenario}.jsonl");
        var highest = default(Position);
        var fell = false;
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1))
        {
            if (SampleRecord.Parse(line) is var record && (record.Name.Contains("rogue", StringComparison.Ordinal) || record.Decode(envelope).Change is not { } change))
            {
                continue;
            }

            fell |= change.Position < highest;
            if (change.Position < highest)
            {
                continue;
            }

            highest = change.Position;
            if (change.After is { } after)
            {
                rows[change.Key.ToJson()] = after.ToJson();
            }
            else
            {
                rows.Remove(change.Key.ToJson());
            }
        }

        using var expected = JsonDocument.Parse(lines[0]);
        Assert.Equal(expected.RootElement.GetProperty("expect_final_rows").EnumerateArray().Select(row => JsonText.Compact(row.GetRawText())).Order(StringComparer.Ordinal), rows.Values.Order(StringComparer.Ordinal));
        Assert.Equal(!inOrder, fell);
    }

    private static SampleRecord Find(string database, string name) => Samples.Records($"records/{database}.jsonl").Single(record => record.Name == name);

    private static DebeziumRecordKind Kind(string[] name) => name switch
    {
        ["tombstone"] or ["pk", "tombstone"] => DebeziumRecordKind.Tombstone,
        ["heartbeat"] => DebeziumRecordKind.Heartbeat,
        ["tx", "begin"] => DebeziumRecordKind.Begin,
        ["tx", "end"] => DebeziumRecordKind.End,
        ["m", ..] => DebeziumRecordKind.Message,
        ["schema", ..] => DebeziumRecordKind.SchemaChange,
        ["notification", ..] => DebeziumRecordKind.Notification,
        _ => DebeziumRecordKind.Change,
    };

    /// <summary>One message a line, a file of one message over many lines, or one of several under names.</summary>
    private static IEnumerable<(string File, string Value)> Messages()
    {
        foreach (var folder in new[] { "paimon", "risingwave", "seatunnel", "sqlserver", "flink-cdc" })
        {
            foreach (var file in Samples.Files($"wire/{folder}", "*"))
            {
                var text = string.Join('\n', File.ReadAllLines(Path.Combine(Samples.Folder(), file))
                    .Where(line => !line.StartsWith("/*", StringComparison.Ordinal) && !line.StartsWith(" *", StringComparison.Ordinal)));
                foreach (var value in Values(text.Replace("****^", "", StringComparison.Ordinal)))
                {
                    yield return (file, value);
                }
            }
        }
    }

    private static List<string> Values(string text)
    {
        var values = new List<string>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            using var value = JsonDocument.ParseValue(ref reader);
            var root = value.RootElement;
            if (root.TryGetProperty("note", out _))
            {
                values.Add(root.GetProperty("value").GetRawText());
            }
            else if (root.TryGetProperty("expected_snapshot", out _))
            {
                values.AddRange(root.EnumerateObject().Select(part => part.Value.GetRawText()));
            }
            else
            {
                values.Add(root.GetRawText());
            }
        }

        return values;
    }
}
