using Hub.Configuration;
using Hub.Migration.Debezium;

namespace Hub.Migration.Tests.Debezium;

/// <summary>Config files with one dataset that comes by Kafka.</summary>
internal static class ConnectorConfig
{
    /// <param name="engine">Postgres, MariaDb, MySql or SqlServer.</param>
    /// <param name="kafka">Further members of Kafka.</param>
    public static string Text(
        string engine, string connection, string dataset = "orders", string password = "env:SHOP_PASSWORD", string tables = "\"orders\", \"order_lines\"",
        string bootstrap = "kafka:9092", string? connect = "http://connect:8083", string kafka = "") => $$"""
        { "Hub": { "Datasets": { "{{dataset}}": {
          "Source": { "{{engine}}": { "Connection": "{{connection}}", "Password": "{{password}}" }, "Tables": [ {{tables}} ],
            "Kafka": { "Bootstrap": "{{bootstrap}}"{{(connect is null ? "" : $", \"Connect\": \"{connect}\"")}}{{(kafka.Length == 0 ? "" : ", " + kafka)}} } },
          "Targets": { "new": { "Sqlite": "new.db", "Tables": { "copy": { "From": "orders", "Columns": { "id": "id" } } } } } } } } }
        """;

    public static DebeziumConnector Read(string text, string dataset = "orders")
    {
        var connector = TryRead(text, dataset, out var problems);
        Assert.Empty(problems);
        return connector!;
    }

    public static DebeziumConnector? TryRead(string text, string dataset, out List<ConfigProblem> problems)
    {
        problems = [];
        return DebeziumConnector.Read(ConfigNode.Read(text, problems)!, dataset, problems);
    }
}
