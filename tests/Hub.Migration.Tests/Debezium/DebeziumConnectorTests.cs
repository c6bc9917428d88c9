using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Migration.Debezium;

namespace Hub.Migration.Tests.Debezium;

public sealed class DebeziumConnectorTests
{
    private const string Postgres = "Host=db;Database=shop;Username=hub;SSL Mode=VerifyFull";

    public static TheoryData<string, string> Engines { get; } = new()
    {
        { "Postgres", Postgres }, { "MariaDb", "Server=db;Database=shop;User ID=hub" },
        { "MySql", "Server=db;Port=3307;Database=shop;User ID=hub" }, { "SqlServer", "Server=tcp:db,1444;Database=shop;User ID=hub;Encrypt=true" },
    };

    [Theory]
    [MemberData(nameof(Engines))]
    public void Configuration_EachEngine_IsCommitOrderInOneTopicAndNoCopyOfDebeziumsOwn(string engine, string connection)
    {
        var settings = Settings(ConnectorConfig.Text(engine, connection));

        Assert.Equal("no_data", settings["snapshot.mode"]);
        Assert.Equal("1", settings["tasks.max"]);
        Assert.Equal("none", settings["skipped.operations"]);
        Assert.Equal("fail", settings["event.converting.failure.handling.mode"]);
        Assert.Equal("hub.orders.changes", settings["transforms.one.replacement"]);
        var schema = engine switch { "Postgres" => "public", "SqlServer" => "shop.dbo", _ => "shop" };
        foreach (var topic in (string[])[$"hub.orders.{schema}.orders", $"hub.orders.{schema}.hub_watermark", $"hub.orders.{schema}.hub_orders_signal", "hub.orders.transaction", "hub.orders.notifications"])
        {
            Assert.Matches($"^({settings["transforms.one.regex"]})$", topic);
        }

        Assert.DoesNotMatch($"^({settings["transforms.one.regex"]})$", "hub.orders.history");
        var tables = settings["table.include.list"].Split(',');
        Assert.Equal(["orders", "order_lines", "hub_watermark", "hub_orders_signal"], tables.Select(table => Regex.Unescape(table).Split('.')[^1]));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Configuration_EachEngine_HoldsReferencesForSecrets(string engine, string connection)
    {
        Environment.SetEnvironmentVariable("SHOP_PASSWORD_OF_TEST", "hunter2-of-test");
        var read = ConnectorConfig.Read(ConnectorConfig.Text(engine, connection, password: "env:SHOP_PASSWORD_OF_TEST"));

        Assert.Equal("${env:SHOP_PASSWORD_OF_TEST}", Settings(read)["database.password"]);
        Assert.DoesNotContain("hunter2", read.Configuration() + read.InstallSql + read.RemoveSql, StringComparison.Ordinal);
        Assert.Equal("${dir:/run/secrets:shop}", Settings(ConnectorConfig.Text(engine, connection, password: "file:/run/secrets/shop"))["database.password"]);
    }

    [Fact]
    public void Configuration_Postgres_PublishesNothingByItself()
    {
        var settings = Settings(ConnectorConfig.Text("Postgres", Postgres));

        Assert.Equal("disabled", settings["publication.autocreate.mode"]);
        Assert.Equal("hub_orders", settings["slot.name"]);
        Assert.Equal("verify-full", settings["database.sslmode"]);
    }

    [Fact]
    public void Configuration_HandlingOfDebezium_LeavesItsDefaults()
    {
        var settings = Settings(ConnectorConfig.Text("Postgres", Postgres, kafka: "\"Handling\": \"debezium\""));

        Assert.DoesNotContain(settings.Keys, name => name.EndsWith("handling.mode", StringComparison.Ordinal) && name != "event.converting.failure.handling.mode");
        Assert.DoesNotContain("time.precision.mode", settings.Keys);
    }

    [Fact]
    public void Configuration_BrokersNeedALogin_SchemaHistoryHasItToo()
    {
        var settings = Settings(ConnectorConfig.Text("MariaDb", "Server=db;Database=shop;User ID=hub", kafka: """
            "Properties": { "security.protocol": "sasl_ssl", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "hub", "ssl.ca.location": "/etc/ca.pem" }, "Secrets": { "sasl.password": "env:KAFKA_PASSWORD" }
            """));

        Assert.Equal("SASL_SSL", settings["schema.history.internal.producer.security.protocol"]);
        Assert.Equal("/etc/ca.pem", settings["schema.history.internal.consumer.ssl.truststore.location"]);
        Assert.Equal(
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"hub\" password=\"${env:KAFKA_PASSWORD}\";",
            settings["schema.history.internal.consumer.sasl.jaas.config"]);
    }

    [Fact]
    public void Configuration_OwnLoginAndSettings_AreTaken()
    {
        var read = ConnectorConfig.Read(ConnectorConfig.Text("Postgres", Postgres, kafka: """
            "Debezium": { "User": "cdc", "Password": "env:CDC_PASSWORD", "Settings": { "database.hostname": "db.inside", "slot.max.retries": "9" } }
            """));
        var settings = Settings(read);

        Assert.Equal(("cdc", "${env:CDC_PASSWORD}", "db.inside", "9"), (settings["database.user"], settings["database.password"], settings["database.hostname"], settings["slot.max.retries"]));
        Assert.Contains("ALTER ROLE \"cdc\" REPLICATION", read.InstallSql, StringComparison.Ordinal);
        Assert.DoesNotContain("ALTER ROLE \"hub\" REPLICATION", read.InstallSql, StringComparison.Ordinal);
        Assert.DoesNotContain("UPDATE ON \"public\".\"hub_watermark\" TO \"cdc\"", read.InstallSql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"snapshot.mode\": \"initial\"", "'snapshot.mode' can't be set here")]
    [InlineData("\"transforms.one.regex\": \".*\"", "'transforms.one.regex' can't be set here")]
    [InlineData("\"column.exclude.list\": \"a.b.c\"", "'column.exclude.list' can't be set here")]
    [InlineData("\"database.ssl.truststore.password\": \"hunter2\"", "'database.ssl.truststore.password' holds a secret")]
    public void Read_SettingThatSafetyStandsOn_IsRefused(string setting, string expected)
    {
        var connector = ConnectorConfig.TryRead(
            ConnectorConfig.Text("Postgres", Postgres, kafka: $"\"Debezium\": {{ \"Settings\": {{ {setting} }} }}"), "orders", out var problems);

        Assert.NotNull(connector);
        Assert.Equal(expected, Assert.Single(problems).What);
    }

    [Theory]
    [InlineData("orders", "nothing", "there is no dataset nothing")]
    [InlineData("or ders", "or ders", "'or ders' is no name for a topic")]
    public void Read_NoSuchConnector_SaysWhatToDo(string dataset, string asked, string expected)
    {
        Assert.Null(ConnectorConfig.TryRead(ConnectorConfig.Text("Postgres", Postgres, dataset: dataset), asked, out var problems));
        Assert.Contains(expected, Assert.Single(problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Sql_NamesThatNeedQuotes_AreQuoted()
    {
        var postgres = ConnectorConfig.Read(ConnectorConfig.Text("Postgres", "Host=db;Database=s'hop;Username=h'u", tables: "\"orders\", \"odd'; drop table x--\""));

        Assert.Contains("\"public\".\"odd'; drop table x--\"", postgres.InstallSql, StringComparison.Ordinal);
        Assert.Contains("'\"public\".\"odd''; drop table x--\"'", postgres.InstallSql, StringComparison.Ordinal);
        Assert.Contains("rolname = 'h''u'", postgres.InstallSql, StringComparison.Ordinal);
    }

    [Fact]
    public void Cause_OfATrace_IsTheInnermost() => Assert.Equal(
        "ERROR: publication \"hub_orders\" does not exist",
        DebeziumConnector.Cause("""
            org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. This connector will be stopped.
            	at io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
            Caused by: io.debezium.DebeziumException: Could not stream
            	... 5 more
            Caused by: org.postgresql.util.PSQLException: ERROR: publication "hub_orders" does not exist
            	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2725)
            	... 9 more
            """));

    private static Dictionary<string, string> Settings(string config) => Settings(ConnectorConfig.Read(config));

    private static Dictionary<string, string> Settings(DebeziumConnector connector) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(connector.Configuration())!;
}
