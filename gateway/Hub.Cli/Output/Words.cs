using System.Collections.Immutable;
using System.Globalization;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>How values are written for people, the same in every command.</summary>
internal static class Words
{
    /// <summary>ISO 8601 with the machine's own offset, to the second.</summary>
    public static string Time(DateTimeOffset? at, TimeProvider time) => at is { } known
        ? TimeZoneInfo.ConvertTime(known, time.LocalTimeZone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)
        : "-";

    /// <summary>"25 %", "0.5 %".</summary>
    public static string Share(decimal share) => share.ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>"512 B", "3.4 MiB", "12 GiB".</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => $"{Number(bytes)} B",
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024d:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024d * 1024):0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024d * 1024 * 1024):0.#} GiB"),
    };

    /// <summary>"0.4 s", "12 min"; a dash where it isn't known.</summary>
    public static string Seconds(double? seconds) => seconds switch
    {
        null => "-",
        < 120 => seconds.Value.ToString("0.#", CultureInfo.InvariantCulture) + " s",
        _ => (seconds.Value / 60).ToString("0", CultureInfo.InvariantCulture) + " min",
    };

    /// <summary>"3/3", and the planes that went silent by name.</summary>
    public static string Serving(ServingView serving) => $"{serving.Planes}/{serving.Of}";

    public static string List(ImmutableArray<string> words) =>
        words.IsDefaultOrEmpty ? "-" : string.Join(", ", words);
}
