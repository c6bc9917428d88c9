using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Hub.ChangeFeed.Kafka;

/// <summary>A dataset's topic as the brokers describe it.</summary>
/// <param name="Id">Drawn by the brokers when a topic is made: another one of the same name has another.</param>
internal sealed record KafkaTopic(string Name, string Id, int Partitions)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">The brokers don't answer, or the topic is not there (yet): both may heal.</exception>
    /// <exception cref="FeedBrokenException">It can't be a dataset's topic.</exception>
    public static async Task<KafkaTopic> DescribeAsync(IAdminClient admin, KafkaAddress kafka, string name)
    {
        try
        {
            var answer = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames([name]), new DescribeTopicsOptions { RequestTimeout = Patience });
            var topic = answer.TopicDescriptions[0];
            return new KafkaTopic(name, topic.TopicId.ToString(), topic.Partitions.Count).Fit(topic.TopicId);
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions is [{ Error.Code: ErrorCode.UnknownTopicOrPart }])
        {
            throw new IOException(
                $"Kafka at {kafka.Bootstrap} has no topic {name} yet. The dataset's Debezium connector makes it with its first change: 'hub dataset connector DATASET --apply' starts it.", e);
        }
        catch (DescribeTopicsException e)
        {
            throw new IOException($"Kafka at {kafka.Bootstrap} does not describe topic {name}: {e.Results.TopicDescriptions[0].Error.Reason}.", e);
        }
        catch (KafkaException e)
        {
            throw new IOException($"Kafka at {kafka.Bootstrap} does not answer: {e.Error.Reason}. It is asked again.", e);
        }
    }

    /// <exception cref="FeedBrokenException">It is another topic than the one that was read.</exception>
    public void BeTheSameAs(string feed)
    {
        if (Id != feed)
        {
            throw new FeedBrokenException(
                $"Topic {Name} was deleted and made anew (its id was {feed} and is {Id}): changes written into the old one after the last applied may be lost. "
                + "Have all tables of the dataset copied again; reading then begins at the end of the new topic.");
        }
    }

    private KafkaTopic Fit(Uuid id)
    {
        if (Partitions != 1)
        {
            throw new FeedBrokenException(
                $"Topic {Name} has {Partitions} partitions, and a dataset's topic has one: between partitions the order of changes is lost. "
                + "Delete it, make it with one partition (the connector's topic.creation.default.partitions=1), and have the tables copied again.");
        }

        return id.MostSignificantBits == 0 && id.LeastSignificantBits == 0
            ? throw new FeedBrokenException($"Kafka does not tell the id of topic {Name}: it is older than 2.8, and a topic made anew would not be noticed. Upgrade the brokers.")
            : this;
    }
}
