using Hub.ChangeFeed.Kafka;

namespace Hub.ChangeFeed.Tests.Kafka;

public sealed class CopySignalTests
{
    [Theory]
    [InlineData(SignalDialect.Postgres, "INSERT INTO \"public\".\"debezium_signal\" (id, type, data) VALUES (@id, @type, @data)")]
    [InlineData(SignalDialect.MySql, "INSERT INTO `public`.`debezium_signal` (id, type, data) VALUES (@id, @type, @data)")]
    [InlineData(SignalDialect.SqlServer, "INSERT INTO [public].[debezium_signal] (id, type, data) VALUES (@id, @type, @data)")]
    public void Signal_OfEachDatabase_IsOneRowInItsWords(SignalDialect dialect, string sql) =>
        Assert.Equal(sql, CopySignal.Copy(dialect, ["public", CopySignal.Table], "s1", ["public.orders"]).Sql);

    [Fact]
    public void Copy_NamesItsTables_AndTakesRegularExpressionsLiterally()
    {
        var signal = CopySignal.Copy(SignalDialect.Postgres, [CopySignal.Table], "s1", ["public.orders", "public.a$b"]);

        Assert.Equal(
            [("id", "s1"), ("type", "execute-snapshot"), ("data", """{"data-collections":["public.orders","public.a\\$b"],"type":"incremental"}""")],
            signal.Parameters);
    }

    [Fact]
    public void PauseResumeAndStop_AreSignalsToo()
    {
        string[] table = ["s", CopySignal.Table];

        Assert.Equal(("pause-snapshot", """{"type":"incremental"}"""), Of(CopySignal.Pause(SignalDialect.MySql, table, "1")));
        Assert.Equal(("resume-snapshot", """{"type":"incremental"}"""), Of(CopySignal.Resume(SignalDialect.MySql, table, "1")));
        Assert.Equal(("stop-snapshot", """{"data-collections":["s.t"],"type":"incremental"}"""), Of(CopySignal.Stop(SignalDialect.MySql, table, "1", ["s.t"])));
    }

    [Fact]
    public void Name_WithAQuoteInIt_StaysAName() =>
        Assert.StartsWith("INSERT INTO \"a\"\"b\" ", CopySignal.Pause(SignalDialect.Postgres, ["a\"b"], "1").Sql, StringComparison.Ordinal);

    private static (string Type, string Data) Of(SignalStatement signal) => (signal.Parameters[1].Value, signal.Parameters[2].Value);
}
