using Hub.ChangeFeed.Kafka;
using Hub.Servers;

namespace Hub.ChangeFeed.Tests.Kafka;

public sealed class DebeziumConnectTests : IDisposable
{
    private const string Class = "io.debezium.connector.postgresql.PostgresConnector";
    private readonly HttpClient _http = new();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Plugins_OfTheRealOne_HaveDebeziums() =>
        Assert.Contains(await Connect().GetPluginsAsync(Ended), plugin => plugin is { Class: Class, Type: "source" });

    [Fact]
    public async Task Configuration_ThatIsWrong_IsRefusedWithItsSettingsAndWithoutItsSecret()
    {
        var config = new Dictionary<string, string> { ["connector.class"] = Class, ["tasks.max"] = "hunter2-x", ["database.password"] = "hunter2-x" };

        var refused = await Assert.ThrowsAsync<DebeziumConnectException>(() => Connect().PutAsync(TestServers.RandomName("none"), config, Ended));
        var validation = await Connect().ValidateAsync(Class, config, Ended);

        Assert.Contains("topic.prefix", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains(validation.Errors, error => error.Setting == "database.dbname");
        Assert.DoesNotContain(validation.Errors, error => error.Error.Contains("hunter2", StringComparison.Ordinal));
        Assert.Contains(validation.Errors, error => error.Error.Contains("***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connector_ThatIsNotThere_IsTold()
    {
        var connect = Connect();

        Assert.Null(await connect.GetStatusAsync("none", Ended));
        Assert.False(await connect.DeleteAsync("none", Ended));
        var missing = await Assert.ThrowsAsync<DebeziumConnectException>(() => connect.RestartAsync("none", onlyFailed: true, Ended));
        Assert.Contains("--apply", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ThatDoesNotAnswer_IsNamed()
    {
        _http.BaseAddress = new Uri("http://127.0.0.1:9/");

        var silent = await Assert.ThrowsAsync<DebeziumConnectException>(() => new DebeziumConnect(_http, TimeProvider.System).GetPluginsAsync(Ended));

        Assert.Contains("http://127.0.0.1:9/ does not answer", silent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_OfSomethingElse_IsToldFromKafkaConnect()
    {
        _http.BaseAddress = new Uri(TestServers.Connect);
        using var fake = new HttpClient(new Html()) { BaseAddress = _http.BaseAddress };

        var other = await Assert.ThrowsAsync<DebeziumConnectException>(() => new DebeziumConnect(fake, TimeProvider.System).GetPluginsAsync(Ended));

        Assert.Contains("something else at this address", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_OfAFailedTask_IsNotRunningAndTellsItsCauses()
    {
        var status = new ConnectorStatus("orders", new("RUNNING", "w"), [new("FAILED", "w", 0, "org.x.ConnectException: no slot\n\tat a.b(C.java:1)\n\t... 5 more\nCaused by: org.y: gone\n\tat d.e(F.java:2)\n")]);

        Assert.False(status.Runs);
        Assert.Equal("org.x.ConnectException: no slot Caused by: org.y: gone", status.Failed!.Reason);
    }

    private DebeziumConnect Connect()
    {
        _http.BaseAddress ??= new Uri(TestServers.Connect);
        return new DebeziumConnect(_http, TimeProvider.System);
    }

    private sealed class Html : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { RequestMessage = request, Content = new StringContent("<html></html>") });
    }
}
