using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>A store of New that a dataset feeds: <c>Hub.Datasets.NAME.Targets.NAME</c>. It is a file or a PostgreSQL database.</summary>
internal sealed class TargetConfig
{
    /// <summary>The store's file; a relative path starts at the folder that the hub was given.</summary>
    public string? Sqlite { get; init; }

    /// <summary>The store's PostgreSQL database.</summary>
    public DatabaseConfig? Postgres { get; init; }

    /// <summary>How its tables are filled, by the table's name. New's service makes the tables.</summary>
    [MinLength(1)]
    public Dictionary<string, TableConfig> Tables { get; init; } = [];

    /// <summary>What is told to others when it has come; nothing where it is left out.</summary>
    public OutboxConfig? Outbox { get; init; }
}

/// <summary>How a table is filled.</summary>
internal sealed class TableConfig
{
    /// <summary>The source's table; one row of it makes one row here.</summary>
    [Required]
    public string From { get; init; } = "";

    /// <summary>The columns that tell a row here from all others.</summary>
    /// <value>By default those that the source's primary key is mapped to.</value>
    public List<string> Key { get; init; } = [];

    /// <summary>By the column's name here: the source's column, or an object (<see cref="ColumnConfig"/>).</summary>
    [MinLength(1)]
    public Dictionary<string, ConfigNode> Columns { get; init; } = [];
}

/// <summary>A column that takes more than a name.</summary>
internal sealed class ColumnConfig
{
    /// <summary>The source's column.</summary>
    public string? From { get; init; }

    /// <summary>What the value becomes.</summary>
    /// <value>The default is value: a text stays a text, a whole number a whole number.</value>
    public Conversion As { get; init; }

    /// <summary>What each text or number becomes, written out; one that is not listed is an error.</summary>
    public Dictionary<string, string> Map { get; init; } = [];

    /// <summary>The same text for each row; then there is no <see cref="From"/>.</summary>
    public string? Constant { get; init; }
}

/// <summary>What a column's value becomes. A value that would lose something by it is an error, null stays null.</summary>
internal enum Conversion
{
    /// <summary>Text stays text and a whole number stays one; a fraction is refused (say which kind it is).</summary>
    Value,

    /// <summary>The text, or a number's digits.</summary>
    Text,

    /// <summary>A number without fraction, from a text too.</summary>
    WholeNumber,

    /// <summary>A number with all its digits, kept as text.</summary>
    Decimal,

    /// <summary>A number with two decimals, kept as text: <c>19.90</c>; a third one that is not 0 is an error.</summary>
    Money,

    /// <summary>0 and 1, <c>false</c> and <c>true</c>; nothing else.</summary>
    Bool,

    /// <summary>A time without zone, written in the source's <see cref="SourceConfig.TimeZone"/>, as UTC.</summary>
    ZonedTime,

    /// <summary>A time in UTC or with an offset of its own, as UTC.</summary>
    UtcTime,
}
