using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.ChangeFeed.Debezium;
using Hub.ChangeFeed.Kafka;
using Hub.ChangeFeed.Tests.Debezium;

namespace Hub.ChangeFeed.Tests.Kafka;

/// <summary>Sequences of records with the rows that they must leave, read through a topic.</summary>
public sealed class SampleScenarioTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgresql-interleaved-commits")]
    [InlineData("sqlserver-deferred-update-key-swap")]
    [InlineData("sqlserver-incremental-snapshot-crash")]
    [InlineData("sqlserver-restart-replay-after-delete")]
    public async Task Scenario_LeavesItsFinalRows(string name)
    {
        var lines = Samples.Lines($"scenarios/{name}.jsonl");
        var expected = JsonNode.Parse(lines[0])!["expect_final_rows"]!.AsArray().Select(row => string.Join(' ', row!.AsObject().Select(column => column.Value)));
        var records = lines.Skip(1).Select(line => JsonNode.Parse(line)!).ToArray();
        await using var topic = await TestTopic.CreateAsync();
        await using var feed = new KafkaFeed(topic.Kafka, topic.Name, "orders", new DebeziumEnvelope(), null, TimeProvider.System);
        await feed.OpenAsync(null, Ended);
        foreach (var record in records)
        {
            topic.WriteRecord(record["key"]?.ToJsonString(), record["value"]?.ToJsonString() ?? "");
        }

        // SQL Server's transactions end with the next one, here with the watermark.
        topic.WriteRecord("""{"dataset":"orders"}""", Watermark(records.Last(record => record["value"] is not null)["value"]!));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ended);
        deadline.CancelAfter(TimeSpan.FromMinutes(2));
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var next = 0L; next <= records.Length;)
        {
            var batch = await feed.ReadAsync(deadline.Token);
            next = batch.Next.Next;
            foreach (var change in batch.Events.Where(change => change.Table == "customers"))
            {
                Fold(rows, change);
            }
        }

        Assert.Equal(expected, rows.Values);
    }

    private static void Fold(SortedDictionary<string, string> rows, ChangeEvent change)
    {
        if (change.After is { } row)
        {
            rows[change.Key[0].Text!] = string.Join(' ', row.Columns.Select(column => column.Value.Text));
        }
        else
        {
            rows.Remove(change.Key[0].Text!);
        }
    }

    private static string Watermark(JsonNode last)
    {
        var watermark = last.DeepClone();
        var source = watermark["source"]!;
        source["table"] = Sources.Watermark.Table;
        source["snapshot"] = "false";
        if (source["commit_lsn"] is not null)
        {
            source["commit_lsn"] = "00000fff:00000010:0009";
            source["change_lsn"] = "00000fff:00000010:0002";
        }
        else
        {
            source["sequence"] = "[\"99999999\",\"99999999\"]";
            source["txId"] = 99999;
        }

        watermark["op"] = "c";
        watermark["before"] = null;
        watermark["after"] = JsonSerializer.SerializeToNode(new { dataset = "orders", counter = 1, ts_ms = 1, lineage = "server", mark = (string?)null });
        return watermark.ToJsonString();
    }
}
