using Hub.Servers;

namespace Hub.Migration.Tests.Debezium;

/// <summary>The configurations before the real connectors: each checks the fields of its own, and tries the database.</summary>
public sealed class ValidationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Validate_SqlServer_OnlyTheConnectionIsWrong() => OnlyTheConnection(await ValidateAsync(
        "SqlServer", "Server=127.0.0.1,1;Database=shop;User ID=hub;Encrypt=true;TrustServerCertificate=true"));

    [Fact]
    public async Task Validate_MySql_OnlyTheConnectionIsWrong() =>
        OnlyTheConnection(await ValidateAsync("MySql", "Server=127.0.0.1;Port=1;Database=shop;User ID=hub;SslMode=Required"));

    [Fact]
    public async Task Validate_ServerIsNotThere_SaysThatThePasswordWasAReference()
    {
        var errors = await ValidateAsync("Postgres", "Host=127.0.0.1;Port=1;Database=shop;Username=hub");

        Assert.Contains("--with-secrets", OnlyTheConnection(errors), StringComparison.Ordinal);
    }

    private static string OnlyTheConnection(IReadOnlyCollection<string> errors)
    {
        // Debezium writes the one failed connection beside each field that it is made of.
        Assert.NotEmpty(errors);
        Assert.All(errors, error => Assert.Matches("^database\\.[a-z.]+: .*([Cc]onnect|[Cc]ommunications link failure)", error));
        return errors.First();
    }

    private static async Task<IReadOnlyCollection<string>> ValidateAsync(string engine, string connection) => await ConnectorConfig.Read(
        ConnectorConfig.Text(engine, connection, bootstrap: TestServers.Kafka, connect: TestServers.Connect)).ValidateAsync(reveal: false, Token);
}
