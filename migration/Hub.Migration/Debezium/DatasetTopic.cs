using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Hub.Migration.Debezium;

/// <summary>
/// The dataset's topic, made before the connector runs: one partition, because the source's commit order is the topic's order; deleted by
/// age, never compacted, because each change counts.
/// </summary>
internal static class DatasetTopic
{
    public static readonly string RetentionMs = (DebeziumPlan.RetentionDays * 24L * 60 * 60 * 1000).ToString(CultureInfo.InvariantCulture);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <returns>What was done, for people.</returns>
    /// <exception cref="DebeziumConnectorException">The brokers don't answer, or a topic of that name is of another shape.</exception>
    public static async Task<string> MakeAsync(DebeziumPlan plan, CancellationToken cancellationToken)
    {
        var config = new AdminClientConfig(new Dictionary<string, string>(plan.Kafka.Properties)) { BootstrapServers = plan.Kafka.Bootstrap };
        foreach (var (name, secret) in plan.Kafka.Secrets)
        {
            config.Set(name, secret.Reveal());
        }

        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            var metadata = await Task.Run(() => admin.GetMetadata(Patience), cancellationToken);
            if (metadata.Topics.Find(topic => topic.Topic == plan.Kafka.Topic && topic.Error.Code != ErrorCode.UnknownTopicOrPart) is { } standing)
            {
                await CheckAsync(admin, plan.Kafka.Topic, standing.Partitions.Count);
                return $"topic {plan.Kafka.Topic} stands";
            }

            var replicas = (short)Math.Min(3, metadata.Brokers.Count);
            await admin.CreateTopicsAsync([new TopicSpecification
            {
                Name = plan.Kafka.Topic,
                NumPartitions = 1,
                ReplicationFactor = replicas,
                Configs = new Dictionary<string, string>
                {
                    ["cleanup.policy"] = "delete",
                    ["retention.ms"] = RetentionMs,
                    ["min.insync.replicas"] = replicas > 2 ? "2" : "1",
                    ["max.message.bytes"] = DebeziumPlan.LargestChange.ToString(CultureInfo.InvariantCulture),
                },
            }]);
            return $"topic {plan.Kafka.Topic} made: 1 partition, {replicas} replicas, {DebeziumPlan.RetentionDays} days";
        }
        catch (KafkaException e)
        {
            throw new DebeziumConnectorException(
                $"the brokers {plan.Kafka.Bootstrap} don't do what topic {plan.Kafka.Topic} needs: {e.Error.Reason.TrimEnd('.')}. To do: correct Kafka.Bootstrap, Properties and Secrets, or see that the login may create topics.", e);
        }
    }

    private static async Task CheckAsync(IAdminClient admin, string topic, int partitions)
    {
        var described = await admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic }]);
        var cleanup = described[0].Entries.TryGetValue("cleanup.policy", out var entry) ? entry.Value : "delete";
        if (partitions != 1 || cleanup != "delete")
        {
            throw new DebeziumConnectorException(
                partitions != 1
                    ? $"topic {topic} has {partitions} partitions: the order of commits would be lost. To do: delete it, or name another with Kafka.Topic."
                    : $"topic {topic} has cleanup.policy={cleanup}: changes would be thrown away before they are read. To do: set cleanup.policy=delete on it, or name another with Kafka.Topic.");
        }
    }
}
