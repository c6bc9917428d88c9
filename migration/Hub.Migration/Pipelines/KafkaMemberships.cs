using System.Collections.Immutable;
using Confluent.Kafka;
using Hub.ChangeFeed.Kafka;

namespace Hub.Migration.Pipelines;

/// <summary>Which datasets this plane is given by Kafka: one membership for each cluster of brokers that the config names.</summary>
/// <param name="assigned">Brings the plane in line with <see cref="Holds"/>.</param>
internal sealed class KafkaMemberships(Func<Task> assigned)
{
    private volatile ImmutableDictionary<string, DatasetMembership> _members = ImmutableDictionary<string, DatasetMembership>.Empty;
    private ImmutableArray<DatasetMembership> _leaving = [];

    /// <summary>Brokers that can't be talked to by this config.</summary>
    public ImmutableArray<string> Problems { get; private set; } = [];

    /// <summary>The datasets that are wanted now. Those of brokers that are no longer named are left by <see cref="LeaveAsync"/>.</summary>
    public void Follow(ImmutableArray<DatasetModel> wanted)
    {
        var members = ImmutableDictionary.CreateBuilder<string, DatasetMembership>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var cluster in wanted.Select(dataset => dataset.Source?.Kafka).OfType<KafkaModel>().GroupBy(Key))
        {
            ImmutableArray<string> topics = [.. cluster.Select(kafka => kafka.Topic).Distinct(StringComparer.Ordinal)];
            if (_members.TryGetValue(cluster.Key, out var known))
            {
                known.Follow(topics);
                members.Add(cluster.Key, known);
                continue;
            }

            try
            {
                members.Add(cluster.Key, new DatasetMembership(Feeds.Address(cluster.First()), topics, Taken, Released));
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
            {
                problems.Add($"Kafka at {cluster.First().Bootstrap} can't be joined: {e.Message} Correct it and apply the config again, or start the plane again.");
            }
        }

        _leaving = _leaving.AddRange(_members.Where(pair => !members.ContainsKey(pair.Key)).Select(pair => pair.Value));
        (_members, Problems) = (members.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>Leaves the brokers that are no longer named. Not within the plane's turn, which a release takes.</summary>
    public async ValueTask LeaveAsync()
    {
        foreach (var membership in ImmutableInterlocked.InterlockedExchange(ref _leaving, []))
        {
            await membership.DisposeAsync();
        }
    }

    /// <summary>The dataset of this topic runs here.</summary>
    public bool Holds(KafkaModel kafka) => _members.TryGetValue(Key(kafka), out var member) && member.Held.Contains(kafka.Topic);

    /// <summary>Why it doesn't; null where it does.</summary>
    public string? Waits(KafkaModel kafka) => Holds(kafka) ? null
        : _members.TryGetValue(Key(kafka), out var member) && member.Trouble is { } trouble
            ? $"Kafka at {kafka.Bootstrap} has not given {kafka.Topic} to this plane: {trouble}. It is tried again."
            : $"Kafka at {kafka.Bootstrap} has not given {kafka.Topic} to this plane: another one runs it, or it will within ten seconds.";

    private static string Key(KafkaModel kafka) => string.Join(
        '\n', kafka.Properties.Select(property => $"{property.Key}={property.Value}").Concat(kafka.Secrets.Select(secret => $"{secret.Key}={secret.Value.File ?? secret.Value.Variable}")).Prepend(kafka.Bootstrap));

    // Starting opens databases, and the membership's thread has heartbeats to give.
    private void Taken(string topic) => _ = Task.Run(assigned);

    // Another instance is given it when this returns.
    private void Released(string topic, DatasetRelease why) => Task.Run(assigned).GetAwaiter().GetResult();
}
