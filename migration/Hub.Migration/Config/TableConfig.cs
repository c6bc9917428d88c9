using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>How a table is filled: <c>Hub.Datasets.NAME.Targets.NAME.Tables.NAME</c> (docs/mapping.md).</summary>
internal sealed class TableConfig
{
    /// <summary>The source's table; one row of it makes one row here. Several tables may be made from the same one.</summary>
    [Required]
    public string From { get; init; } = "";

    /// <summary>The columns that tell a row here from all others.</summary>
    /// <value>By default those that the source's primary key is mapped to.</value>
    public List<string> Key { get; init; } = [];

    /// <summary>
    /// Which rows: by the source's column, the value or values that it must have, null among them. A row that leaves them is deleted here, one that
    /// comes to them inserted.
    /// </summary>
    public Dictionary<string, ConfigNode> Where { get; init; } = [];

    /// <summary>By the column's name here: the source's column, or an object (<see cref="ColumnConfig"/>).</summary>
    [MinLength(1)]
    public Dictionary<string, ConfigNode> Columns { get; init; } = [];

    /// <summary>Tables whose rows are joined to that of <see cref="From"/> by its key. Its insert and delete make and remove the row here, theirs only change it.</summary>
    public List<JoinConfig> Join { get; init; } = [];

    /// <summary>Languages (or stores) by their name here, and what legacy's tables call each: <c>{ "en": "1", "de": "2" }</c>.</summary>
    public Dictionary<string, string> Languages { get; init; } = [];

    /// <summary>The column here that says a row's language: then there is a row for each of the <see cref="Languages"/>.</summary>
    public string? PerLanguage { get; init; }

    /// <summary>Columns here that hold personal data: <c>hub dataset preview</c> masks them.</summary>
    public List<string> Personal { get; init; } = [];
}

/// <summary>A table that is joined to another's rows, its own columns or (with <see cref="Attribute"/>) the values it keeps by attribute.</summary>
internal sealed class JoinConfig
{
    /// <summary>The source's table.</summary>
    [Required]
    public string Table { get; init; } = "";

    /// <summary>Its columns, and the column of <see cref="TableConfig.From"/> that each equals: the whole of a key there.</summary>
    [MinLength(1)]
    public Dictionary<string, string> On { get; init; } = [];

    /// <summary>Which of its rows, as <see cref="TableConfig.Where"/>.</summary>
    public Dictionary<string, ConfigNode> Where { get; init; } = [];

    /// <summary>The row here is there only where this one is.</summary>
    /// <value>The default is false: its columns are null without it.</value>
    public bool Required { get; init; }

    /// <summary>Its column that tells its rows for one key apart: a language's or a store's id.</summary>
    public string? Variant { get; init; }

    /// <summary>Which <see cref="Variant"/> is taken, the first that is there; after the language's own, where a column or row has one. Magento's store and 0.</summary>
    public List<string> Prefer { get; init; } = [];

    /// <summary>Its column with an attribute's id: then each column here names an attribute, not a column.</summary>
    public string? Attribute { get; init; }

    /// <summary>Its column with the attribute's value.</summary>
    /// <value>The default is <c>value</c>; of no use without <see cref="Attribute"/>.</value>
    public string Value { get; init; } = "value";

    /// <summary>By the column's name here: this table's column (or attribute), or an object (<see cref="ColumnConfig"/>).</summary>
    [MinLength(1)]
    public Dictionary<string, ConfigNode> Columns { get; init; } = [];
}
