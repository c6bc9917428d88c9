namespace Hub.Migration.Debezium;

/// <summary>A Debezium connector could not be put into Kafka Connect or taken out of it: the message says what, why and what to do.</summary>
public sealed class DebeziumConnectorException(string message, Exception? inner = null) : Exception(message, inner);
