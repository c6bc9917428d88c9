using System.ComponentModel.DataAnnotations;

namespace Hub.Migration.Config;

/// <summary>Where a dataset is read: <c>Hub.Datasets.NAME.Source</c>.</summary>
internal sealed class SourceConfig
{
    /// <summary>Legacy's database file; a relative path starts at the folder that the hub was given.</summary>
    [Required, MinLength(1)]
    public string Sqlite { get; init; } = "";

    /// <summary>The tables that move together, in the order in which they are copied.</summary>
    [MinLength(1)]
    public List<string> Tables { get; init; } = [];

    /// <summary>The IANA zone in which legacy writes times that have none: <c>Europe/Berlin</c>.</summary>
    /// <value>The default is UTC.</value>
    public string TimeZone { get; init; } = "UTC";
}
