namespace Hub.Migration.Debezium;

/// <summary>What the consumer needs to reach the brokers, in the words of Java's client: Debezium's schema history has clients of its own.</summary>
internal static class BrokerAccess
{
    public static IEnumerable<(string Name, string Value)> Of(KafkaModel kafka, bool reveal)
    {
        foreach (var (name, value) in kafka.Properties)
        {
            switch (name)
            {
                case "security.protocol":
                    yield return (name, value.ToUpperInvariant());
                    break;
                case "sasl.mechanism" or "sasl.mechanisms":
                    yield return ("sasl.mechanism", value);
                    break;
                case "ssl.ca.location":
                    yield return ("ssl.truststore.type", "PEM");
                    yield return ("ssl.truststore.location", value);
                    break;
                case "sasl.username" when kafka.Secrets.TryGetValue("sasl.password", out var password):
                    var mechanism = kafka.Properties.GetValueOrDefault("sasl.mechanism") ?? kafka.Properties.GetValueOrDefault("sasl.mechanisms") ?? "";
                    var module = mechanism.StartsWith("SCRAM", StringComparison.OrdinalIgnoreCase) ? "scram.ScramLoginModule" : "plain.PlainLoginModule";
                    yield return ("sasl.jaas.config",
                        $"org.apache.kafka.common.security.{module} required username=\"{Quoted(value)}\" password=\"{Quoted(SecretReference.Of(password, reveal))}\";");
                    break;
            }
        }
    }

    private static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
