using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Hub.Migration.Tests.Debezium;

/// <summary>SQL Server's scripts before Microsoft's own parser: no server of it runs here.</summary>
public sealed class SqlServerScriptTests
{
    [Theory]
    [InlineData("orders")]
    [InlineData("odd]'; DROP TABLE x --")]
    public void Scripts_SqlServer_AreParsed(string table)
    {
        var connector = ConnectorConfig.Read(ConnectorConfig.Text(
            "SqlServer", "Server=db;Database=sh]op;User ID=hub;Encrypt=true", tables: $"\"orders\", \"{table}\"", kafka: "\"Debezium\": { \"User\": \"c'dc\" }"));

        Assert.Empty(Errors(connector.InstallSql));
        Assert.Empty(Errors(connector.RemoveSql));
        Assert.NotEmpty(Errors(connector.InstallSql.Replace("THROW 51000,", "THROWS 51000", StringComparison.Ordinal)));
        Assert.DoesNotContain(Tables(connector.RemoveSql), dropped => dropped is "x" or "orders");
    }

    [Fact]
    public void Scripts_SqlServer_EnableAndDisableTheSameCaptures()
    {
        var connector = ConnectorConfig.Read(ConnectorConfig.Text("SqlServer", "Server=db;Database=shop;User ID=hub"));

        foreach (var table in (string[])["orders", "order_lines", "hub_orders_signal"])
        {
            Assert.Contains($"@source_name = N'{table}',\n    @role_name = N'hub_orders', @capture_instance = N'hub_orders_dbo_{table}'", connector.InstallSql.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Contains($"sys.sp_cdc_disable_table @source_schema = N'dbo', @source_name = N'{table}', @capture_instance = N'hub_orders_dbo_{table}'", connector.RemoveSql, StringComparison.Ordinal);
        }

        Assert.Equal(["hub_orders_signal", "hub_watermark"], Tables(connector.RemoveSql));
    }

    private static IList<ParseError> Errors(string sql)
    {
        using var reader = new StringReader(sql);
        new TSql170Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return errors;
    }

    private static List<string> Tables(string sql)
    {
        using var reader = new StringReader(sql);
        var dropped = new Dropped();
        new TSql170Parser(initialQuotedIdentifiers: true).Parse(reader, out _).Accept(dropped);
        return dropped.Tables;
    }

    private sealed class Dropped : TSqlFragmentVisitor
    {
        public List<string> Tables { get; } = [];

        public override void Visit(DropTableStatement node) => Tables.AddRange(node.Objects.Select(name => name.BaseIdentifier.Value));
    }
}
