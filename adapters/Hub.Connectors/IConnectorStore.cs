using System.Collections.Concurrent;

namespace Hub.Connectors;

/// <summary>
/// What a connector has to remember between starts: a rotated token, the id of a subscription, a cursor of its own. Small texts by name; each
/// connector sees its own only. The plane encrypts all of them at rest.
/// </summary>
public interface IConnectorStore
{
    /// <summary>What was kept under that name, or null.</summary>
    Task<string?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps it; done means that it survives a kill. Null forgets it.</summary>
    Task KeepAsync(string name, string? value, CancellationToken cancellationToken);
}

/// <summary>Remembers until the process ends: for tests, and for connectors that keep nothing.</summary>
public sealed class MemoryConnectorStore : IConnectorStore
{
    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);

    public Task<string?> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_values.GetValueOrDefault(name));

    public Task KeepAsync(string name, string? value, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            _values.TryRemove(name, out _);
        }
        else
        {
            _values[name] = value;
        }

        return Task.CompletedTask;
    }
}
