namespace Hub.ChangeFeed.Debezium;

/// <summary>
/// How a Debezium connector is set to write values, where the records don't say so themselves: JSON without schemas shows a
/// base64 text and a text alike.
/// </summary>
public enum DebeziumHandling
{
    /// <summary>As <c>hub dataset connector</c> sets it: decimals as text, times as ISO 8601 (MySQL and MariaDB: by their defaults too), bigint unsigned exactly.</summary>
    Hub,

    /// <summary>Debezium's defaults: decimals as base64 of their digits, times as numbers by the column's precision; intervals as text all the same.</summary>
    Debezium,
}
