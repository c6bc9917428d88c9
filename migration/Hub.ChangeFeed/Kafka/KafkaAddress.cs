using System.Collections.Immutable;
using Confluent.Kafka;

namespace Hub.ChangeFeed.Kafka;

/// <summary>How the brokers are reached. What it prints holds no secret.</summary>
/// <param name="Bootstrap">The brokers: <c>kafka:9092</c>, several with commas.</param>
/// <param name="Properties">Further properties by librdkafka's names, such as <c>security.protocol</c>; the hub's own are refused.</param>
/// <param name="Secrets">Properties that are secrets, read each time a client is made: <c>sasl.password</c>.</param>
public sealed record KafkaAddress(
    string Bootstrap, ImmutableDictionary<string, string> Properties, ImmutableDictionary<string, Func<string>> Secrets)
{
    /// <summary>The group of all migration planes, and the only group that the brokers have to allow.</summary>
    public const string Group = "hub-migration";

    // A wrong value of one of these loses changes or moves datasets about.
    private static readonly ImmutableHashSet<string> Own =
    [
        "bootstrap.servers", "metadata.broker.list", "group.id", "group.protocol", "group.instance.id", "enable.auto.commit",
        "enable.auto.offset.store", "auto.offset.reset", "isolation.level", "partition.assignment.strategy",
        "enable.partition.eof", "allow.auto.create.topics", "max.poll.interval.ms",
    ];

    public KafkaAddress(string bootstrap)
        : this(bootstrap, [], [])
    {
    }

    /// <summary>Why a property can't be set; null where it may.</summary>
    public static string? Refuse(string property) =>
        Own.Contains(property) || property.StartsWith("dotnet.", StringComparison.Ordinal) || property.StartsWith("test.mock.", StringComparison.Ordinal)
            ? $"The hub sets '{property}' itself, since another value would lose changes. Leave it out."
            : null;

    public override string ToString() => Bootstrap;

    /// <summary>What all clients share: nothing is ever committed, created or begun anywhere but where the target says.</summary>
    internal ConsumerConfig Consumer(string client)
    {
        var config = new ConsumerConfig();
        foreach (var (name, value) in Properties.Concat(Secrets.Select(secret => KeyValuePair.Create(secret.Key, secret.Value()))))
        {
            if (Refuse(name) is { } why)
            {
                throw new ArgumentException(why);
            }

            config.Set(name, value);
        }

        config.BootstrapServers = Bootstrap;
        config.ClientId ??= client;
        config.GroupId = Group;
        config.EnableAutoCommit = false;
        config.EnableAutoOffsetStore = false;
        config.AutoOffsetReset = AutoOffsetReset.Error;
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        config.AllowAutoCreateTopics = false;
        return config;
    }
}
