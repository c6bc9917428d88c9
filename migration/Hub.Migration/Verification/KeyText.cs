using System.Globalization;
using System.Text.Json;

namespace Hub.Migration.Verification;

/// <summary>A target's key as text: one that is read again, and one for people.</summary>
internal static class KeyText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>JSON, which <see cref="Read"/> reads again: <c>["n5","tDE"]</c>.</summary>
    public static string Write(object?[] key) => JsonSerializer.Serialize(key.Select(value => $"{Letter(value)}{Print(value)}"));

    public static object?[] Read(string json) => [.. JsonSerializer.Deserialize<string[]>(json)!.Select(Parse)];

    /// <summary>A value for people.</summary>
    public static string? Print(object? value) => value switch
    {
        null => null,
        string text => text,
        double fraction => fraction.ToString("R", Invariant),
        bool truth => truth ? "true" : "false",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", Invariant),
        DateTime local => local.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", Invariant),
        DateOnly day => day.ToString("yyyy-MM-dd", Invariant),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", Invariant),
        IFormattable formattable => formattable.ToString(null, Invariant),
        _ => value.ToString(),
    };

    private static char Letter(object? value) => value switch
    {
        null => '0',
        string => 't',
        long => 'n',
        decimal => 'd',
        double => 'f',
        bool => 'b',
        byte[] => 'x',
        DateTimeOffset => 'z',
        DateTime => 'l',
        DateOnly => 'y',
        TimeOnly => 'c',
        TimeSpan => 'i',
        Guid => 'u',
        _ => throw new ArgumentException($"A {value.GetType().Name} is no value of a key.", nameof(value)),
    };

    private static object? Parse(string text)
    {
        var value = text[1..];
        return text[0] switch
        {
            '0' => null,
            't' => value,
            'n' => long.Parse(value, Invariant),
            'd' => decimal.Parse(value, Invariant),
            'f' => double.Parse(value, Invariant),
            'b' => value == "true",
            'x' => Convert.FromHexString(value),
            'z' => DateTimeOffset.Parse(value, Invariant, DateTimeStyles.AssumeUniversal),
            'l' => DateTime.Parse(value, Invariant),
            'y' => DateOnly.Parse(value, Invariant),
            'c' => TimeOnly.Parse(value, Invariant),
            'i' => TimeSpan.Parse(value, Invariant),
            'u' => Guid.Parse(value),
            _ => throw new FormatException($"'{text}' is no key."),
        };
    }
}
