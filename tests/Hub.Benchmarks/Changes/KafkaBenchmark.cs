using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Hub.Running.Changes;
using Hub.Servers;
using Npgsql;

namespace Hub.Benchmarks.Changes;

/// <summary>Through Debezium and Kafka: from a filled topic, all at once on the same processors, and Debezium's own JDBC sink beside.</summary>
internal static class KafkaBenchmark
{
    public static async Task RunAsync(int rows)
    {
        await using var bench = await ChangeBench.CreateAsync();
        using var connect = new HttpClient { BaseAddress = new Uri(TestServers.Connect) };
        var topic = TestServers.RandomName("bench") + ".changes";
        await using var run = await ChangesRun.StartAsync(bench.Dataset(
            $$"""
            "Kafka": { "Bootstrap": "{{TestServers.Kafka}}", "Connect": "{{TestServers.Connect}}", "Topic": "{{topic}}" },
            """));
        await bench.Legacy.RunAsync(await run.ConnectorAsync("--sql"));
        await run.ConnectorAsync("--apply");
        try
        {
            await bench.InsertAsync(1, rows);
            await run.StartPlaneAsync();
            ChangesBenchmark.Tell("copy beside a topic", rows, await ChangesBenchmark.AppliedAsync(run, rows));
            await run.CaughtUpAsync();
            var name = (await connect.GetFromJsonAsync<string[]>("connectors"))!.Single(connector => connector.Contains(ChangesRun.Dataset, StringComparison.Ordinal));

            await FromTopicAsync("mixed", () => bench.MixAsync(rows, rows + 1, rows));
            await FromTopicAsync("new rows", () => bench.InsertAsync((2 * rows) + 1, rows));

            // All at once: connector, broker, plane and both databases share the processors.
            await PauseAsync("pause");
            await bench.MixAsync(rows, (4 * rows) + 1, rows);
            var applied = (await run.LookAsync())!.Targets.Sum(target => target.Applied);
            var time = Stopwatch.StartNew();
            await PauseAsync("resume");
            await ChangesBenchmark.AppliedAsync(run, applied + rows, whole: true);
            ChangesBenchmark.Tell("through Debezium and Kafka, all at once: mixed", rows, time.Elapsed);
            await run.CaughtUpAsync();
            await bench.SettledAsync();

            async Task FromTopicAsync(string what, Func<Task> write)
            {
                run["migration-1"].Kill();
                await PauseAsync("pause");
                await write();
                var end = EndOf(topic);
                var filling = Stopwatch.StartNew();
                await PauseAsync("resume");
                while (EndOf(topic) < end + rows)
                {
                    await Task.Delay(50);
                }

                ChangesBenchmark.Tell($"Debezium into Kafka: {what}", rows, filling.Elapsed);
                await run.StartPlaneAsync();
                ChangesBenchmark.Tell($"from a filled topic: {what}", rows, await ChangesBenchmark.AppliedAsync(run, rows));
                await run.CaughtUpAsync();
            }

            // The connector's work is over only when its tasks say so.
            async Task PauseAsync(string verb)
            {
                (await connect.PutAsync(new Uri($"connectors/{name}/{verb}", UriKind.Relative), null)).EnsureSuccessStatusCode();
                var wanted = verb == "pause" ? "PAUSED" : "RUNNING";
                while ((await connect.GetFromJsonAsync<JsonNode>($"connectors/{name}/status"))!["tasks"]!.AsArray().Any(task => (string?)task!["state"] != wanted))
                {
                    await Task.Delay(100);
                }
            }
        }
        finally
        {
            await run.ConnectorAsync("--remove", "--apply");
        }
    }

    /// <summary>Debezium's JDBC sink by its documentation's settings for speed: upsert, batches of 5,000; it needs schemas in its records.</summary>
    public static async Task SinkAsync(int rows)
    {
        using var connect = new HttpClient { BaseAddress = new Uri(TestServers.Connect) };
        await using var bench = await ChangeBench.CreateAsync();
        var prefix = TestServers.RandomName("sink");
        var legacy = new NpgsqlConnectionStringBuilder(bench.Legacy.ConnectionString);
        await bench.InsertAsync(1, rows);
        var source = new Dictionary<string, string>
        {
            ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
            ["database.hostname"] = legacy.Host!,
            ["database.port"] = $"{legacy.Port}",
            ["database.user"] = legacy.Username!,
            ["database.password"] = "-",
            ["database.dbname"] = legacy.Database!,
            ["topic.prefix"] = prefix,
            ["plugin.name"] = "pgoutput",
            ["slot.name"] = prefix,
            ["publication.autocreate.mode"] = "filtered",
            ["table.include.list"] = "public.item",
            ["snapshot.mode"] = "initial",
            ["key.converter"] = "org.apache.kafka.connect.json.JsonConverter",
            ["key.converter.schemas.enable"] = "true",
            ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
            ["value.converter.schemas.enable"] = "true",
            ["max.batch.size"] = "8192",
            ["max.queue.size"] = "65536",

            // As many partitions as the hub's topic has: a broker's own number is another one as a rule.
            ["topic.creation.default.partitions"] = "1",
            ["topic.creation.default.replication.factor"] = "1",
            ["producer.override.linger.ms"] = "5",
            ["producer.override.batch.size"] = "524288",
            ["producer.override.compression.type"] = "lz4",
        };
        try
        {
            await PutAsync(connect, prefix, source);
            while (EndOf($"{prefix}.public.item") < rows)
            {
                await Task.Delay(100);
            }

            await SinkAsync(bench, connect, prefix, legacy, rows);
        }
        finally
        {
            foreach (var connector in new[] { $"{prefix}-to", prefix })
            {
                await connect.DeleteAsync(new Uri($"connectors/{connector}", UriKind.Relative));
            }
        }
    }

    private static async Task SinkAsync(ChangeBench bench, HttpClient connect, string prefix, NpgsqlConnectionStringBuilder legacy, int rows)
    {
        await PutAsync(connect, $"{prefix}-to", new Dictionary<string, string>
        {
            ["connector.class"] = "io.debezium.connector.jdbc.JdbcSinkConnector",
            ["topics"] = $"{prefix}.public.item",
            ["connection.url"] = $"jdbc:postgresql://{legacy.Host}:{legacy.Port}/{bench.Target.Name}",
            ["connection.username"] = legacy.Username!,
            ["connection.password"] = "-",
            ["insert.mode"] = "upsert",
            ["delete.enabled"] = "true",
            ["primary.key.mode"] = "record_key",
            ["schema.evolution"] = "basic",
            ["collection.name.format"] = "sunk",
            ["batch.size"] = "5000",
            ["consumer.override.max.poll.records"] = "5000",
            ["key.converter"] = "org.apache.kafka.connect.json.JsonConverter",
            ["key.converter.schemas.enable"] = "true",
            ["value.converter"] = "org.apache.kafka.connect.json.JsonConverter",
            ["value.converter.schemas.enable"] = "true",
        });
        var (time, first) = (Stopwatch.StartNew(), 0L);
        for (var sunk = 0L; sunk < rows;)
        {
            await Task.Delay(100);
            sunk = await bench.Target.ScalarAsync("select to_regclass('sunk') is not null") is true
                ? (long)(await bench.Target.ScalarAsync("select count(*) from sunk"))! : 0;
            if (first == 0 && sunk > 0)
            {
                (first, time) = (sunk, Stopwatch.StartNew());
            }
        }

        ChangesBenchmark.Tell("Debezium's JDBC sink, from a filled topic: new rows", rows, time.Elapsed * (rows / (double)Math.Max(1, rows - first)));
    }

    private static async Task PutAsync(HttpClient connect, string name, Dictionary<string, string> config)
    {
        var answer = await connect.PutAsJsonAsync($"connectors/{name}/config", config);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"Kafka Connect refuses {name}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static long EndOf(string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = TestServers.Kafka, GroupId = "bench" }).Build();
        try
        {
            return consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(10)).High;
        }
        catch (KafkaException missing) when (missing.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition)
        {
            return 0;
        }
    }
}
