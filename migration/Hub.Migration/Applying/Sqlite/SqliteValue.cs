using System.Globalization;
using System.Xml;

namespace Hub.Migration.Applying.Sqlite;

/// <summary>Values as SQLite keeps them.</summary>
internal static class SqliteValue
{
    /// <summary>Amounts as text with their decimals, times as ISO 8601 (with a zone: in UTC), truth as 0 and 1, the rest as it is.</summary>
    public static object? Stored(object? value) => value switch
    {
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        TimeSpan span => XmlConvert.ToString(span),
        Guid id => id.ToString(),
        bool truth => truth ? 1L : 0L,
        _ => value,
    };
}
