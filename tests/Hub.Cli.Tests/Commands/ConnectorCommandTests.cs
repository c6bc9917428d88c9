using System.Text.Json;

namespace Hub.Cli.Tests.Commands;

/// <summary><c>hub dataset connector</c> as it is typed; what it prints is proved on real servers elsewhere.</summary>
public sealed class ConnectorCommandTests : IDisposable
{
    private readonly Hand _hand = new();

    public void Dispose() => _hand.Dispose();

    [Fact]
    public async Task Connector_NothingAsked_PrintsSqlAndSettingsAndChangesNothing()
    {
        var typed = await TypeAsync("orders");

        Assert.Equal(0, typed.ExitCode);
        Assert.StartsWith("-- Dataset orders, Debezium connector hub-orders: ", typed.Output, StringComparison.Ordinal);
        Assert.Contains("CREATE PUBLICATION \"hub_orders\"", typed.Output, StringComparison.Ordinal);
        Assert.Contains("\"snapshot.mode\": \"no_data\"", typed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connector_Settings_AreJsonAlone()
    {
        var settings = JsonSerializer.Deserialize<Dictionary<string, string>>((await TypeAsync("orders", "--settings")).Output)!;

        Assert.Equal("${env:SHOP_PASSWORD}", settings["database.password"]);
    }

    [Fact]
    public async Task Connector_Remove_NamesConnectorSlotAndTopics()
    {
        var typed = await TypeAsync("orders", "--remove");

        foreach (var part in (string[])["curl -X DELETE http://127.0.0.1:1/connectors/hub-orders", "pg_drop_replication_slot", "--topic hub.orders.changes"])
        {
            Assert.Contains(part, typed.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--sql", "--settings")]
    [InlineData("--validate", "--apply")]
    [InlineData("--remove", "--with-secrets")]
    [InlineData("--sql", "--with-secrets")]
    public async Task Connector_FlagsThatDoNotGoTogether_AreMisuse(string one, string other)
    {
        var typed = await TypeAsync("orders", one, other);

        Assert.Equal((2, ""), (typed.ExitCode, typed.Output));
    }

    [Theory]
    [InlineData("--validate")]
    [InlineData("--apply")]
    public async Task Connector_KafkaConnectAway_SaysWhatToDo(string flag)
    {
        var typed = await TypeAsync("orders", flag);

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("Kafka Connect at http://127.0.0.1:1/ does not answer", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connector_NoSuchDataset_NamesThoseThatAre()
    {
        var typed = await TypeAsync("order");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("there is no dataset order; there are orders", typed.Error, StringComparison.Ordinal);
    }

    private async Task<Hand.Typed> TypeAsync(params string[] words)
    {
        await File.WriteAllTextAsync(Path.Combine(_hand.Folder, "hub.json"), """
            { "Hub": { "Datasets": { "orders": {
              "Source": { "Postgres": { "Connection": "Host=db;Database=shop;Username=hub", "Password": "env:SHOP_PASSWORD" }, "Tables": [ "orders" ],
                "Kafka": { "Bootstrap": "kafka:9092", "Connect": "http://127.0.0.1:1" } },
              "Targets": { "new": { "Sqlite": "new.db", "Tables": { "copy": { "From": "orders", "Columns": { "id": "id" } } } } } } } } }
            """, TestContext.Current.CancellationToken);
        return await _hand.TypeAsync(["dataset", "connector", .. words]);
    }
}
