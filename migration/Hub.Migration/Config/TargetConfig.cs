using System.ComponentModel.DataAnnotations;

namespace Hub.Migration.Config;

/// <summary>A store of New that a dataset feeds: <c>Hub.Datasets.NAME.Targets.NAME</c>. It is a file or a PostgreSQL database.</summary>
internal sealed class TargetConfig
{
    /// <summary>The store's file; a relative path starts at the folder that the hub was given.</summary>
    public string? Sqlite { get; init; }

    /// <summary>The store's PostgreSQL database.</summary>
    public DatabaseConfig? Postgres { get; init; }

    /// <summary>The PostgreSQL role of New's service: a warning tells where it may write tables that are fed. Not looked at where it is left out.</summary>
    public string? Role { get; init; }

    /// <summary>How its tables are filled, by the table's name. New's service makes the tables.</summary>
    [MinLength(1)]
    public Dictionary<string, TableConfig> Tables { get; init; } = [];

    /// <summary>What is told to others when it has come; nothing where it is left out.</summary>
    public OutboxConfig? Outbox { get; init; }
}
