using System.Collections.Concurrent;
using System.Text;
using Hub.Configuration;
using Hub.Connectors.Http;
using Hub.Connectors.References;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Hub.Connectors.Testing;

/// <summary>
/// What the plane gives a connector, for tests: a clock that only the test moves, a store, cross references, secrets from files, and all that is logged.
/// </summary>
public sealed class ConnectorBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-connector-").FullName;
    private readonly ConcurrentDictionary<(string Table, string Key), string> _references = new();
    private readonly List<ServiceProvider> _providers = [];
    private readonly ConcurrentBag<string> _secrets = [];

    /// <summary>31 January 2027, six in the morning, UTC.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2027, 1, 31, 6, 0, 0, TimeSpan.Zero));

    /// <summary>Survives a new start of the connector (<see cref="Start"/>).</summary>
    public MemoryConnectorStore Store { get; } = new();

    /// <summary>All that the connector logged, at every level.</summary>
    public BenchLog Log { get; } = new();

    /// <summary>Adds a row to the connector's cross references.</summary>
    public void Refer(string table, string key, string value) => _references[(table, key)] = value;

    /// <summary>Puts a secret into a file and points to it.</summary>
    public Secret Secret(string name, string value)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, value);
        _secrets.Add(value);
        return Configuration.Secret.TryParse($"file:{file}", out var secret) ? secret : throw new InvalidOperationException(file);
    }

    /// <summary>The connector's services, made as the plane makes them; each call is a new start of it.</summary>
    public IServiceProvider Start(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IConnectorStore>(Store)
            .AddSingleton(new CrossReferences("bench", table => new CrossReferenceTable(
                _references.Where(row => row.Key.Table == table).Select(row => KeyValuePair.Create(row.Key.Key, row.Value)))));
        add(services);
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider;
    }

    /// <summary>What <c>hub connector show</c> would tell of the calls that failed.</summary>
    public IEnumerable<string> LastErrors => _providers.Select(provider => provider.GetService<ConnectorCalls>()?.Last?.LastError).OfType<string>();

    /// <summary>Another secret that must not be told: an access token that the stub gives.</summary>
    public void Hide(string secret) => _secrets.Add(secret);

    /// <summary>Fails where one of the texts tells a secret, as it is, escaped for an address, or in base64.</summary>
    public void AssertNoSecretIn(IEnumerable<string> texts)
    {
        var forms = _secrets.SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) }).ToList();
        Assert.DoesNotContain(texts, text => forms.Exists(form => text.Contains(form, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
