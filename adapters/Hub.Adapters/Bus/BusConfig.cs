using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Hub.Configuration;
using Hub.Processes.Bus;
using Npgsql;

namespace Hub.Adapters.Bus;

/// <summary>The part <c>Hub.Bus</c> of the config.</summary>
public sealed class BusConfig
{
    /// <summary>Which bus: <c>postgres</c>.</summary>
    [Required]
    public string Transport { get; init; } = "";

    /// <summary>Its server's connection string, without the password.</summary>
    [Required]
    public string Connection { get; init; } = "";

    /// <summary>Where the password is; nothing where the server wants none.</summary>
    public Secret Password { get; init; }

    /// <summary>The hub's own queue: what is sent there is taken in.</summary>
    /// <value>The default is <c>hub-orders</c>.</value>
    public string Queue { get; init; } = "hub-orders";

    /// <summary>What the orders' events are published under.</summary>
    /// <value>The default is <c>hub-order-events</c>.</value>
    public string Topic { get; init; } = "hub-order-events";

    /// <summary>Tells everything that is wrong with it.</summary>
    /// <param name="root">The whole config file.</param>
    /// <param name="transports">The buses that this process can open.</param>
    /// <returns>Null where the config asks for none, or for a wrong one.</returns>
    public static BusConfig? Read(ConfigNode root, ImmutableArray<BusTransport> transports, List<ConfigProblem> problems)
    {
        if (root["Hub"]?["Bus"] is not { } node)
        {
            return null;
        }

        var before = problems.Count;
        var config = ConfigBinder.Bind<BusConfig>(node, problems);
        if (problems.Count == before && transports.All(transport => transport.Name != config.Transport))
        {
            Tell(node["Transport"]!, $"'{config.Transport}' is no bus that is known here", "orders can't come by it", $"use one of: {string.Join(", ", transports.Select(transport => transport.Name))}");
        }
        else if (problems.Count == before && HoldsPassword(config.Connection))
        {
            Tell(node["Connection"]!, "the connection string can't be read, or holds a password", "the config is shown in lists and kept by control", "write \"Host=db;Database=bus;Username=hub\", and point to the password in Password by env: or file:");
        }

        return problems.Count == before ? config : null;

        void Tell(ConfigNode place, string what, string why, string fix) => problems.Add(new ConfigProblem(place.Path, place.Line, what, why, fix));
    }

    /// <summary>With the password, read now.</summary>
    /// <exception cref="InvalidOperationException">The secret's variable or file does not exist.</exception>
    internal BusPlace Reveal() => new(Password.IsEmpty ? Connection : $"{Connection.TrimEnd(';')};Password={Quoted(Password.Reveal())}", Queue, Topic);

    internal bool Same(BusConfig? other) => other is not null
        && (Transport, Connection, Password, Queue, Topic) == (other.Transport, other.Connection, other.Password, other.Queue, other.Topic);

    private static string Quoted(string password) => $"\"{password.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool HoldsPassword(string connection)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connection).Password is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            // Another server's: SQL Server's by NServiceBus.
            return connection.Contains("password", StringComparison.OrdinalIgnoreCase) || connection.Contains("pwd", StringComparison.OrdinalIgnoreCase);
        }
    }
}
