using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>
/// A message for others, put into the target's outbox in the rows' own transaction, once for its key, when a row and its
/// lines are there whole (CDC.md "Apply" 7).
/// </summary>
/// <remarks>
/// Texts in <see cref="OutboxKeyConfig.Key"/> and <see cref="Body"/> are templates: <c>{column}</c> is the column of the row
/// (in the lines of the body: of the line if it has one of that name), <c>{$key}</c> the message's key. A text that begins with <c>#</c> becomes a JSON
/// number: <c>"#{quantity}"</c>. A template with a null in it becomes null.
/// </remarks>
internal sealed class OutboxConfig
{
    /// <summary>What has come: <c>order</c>.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>The target's table whose row is the message.</summary>
    [Required]
    public string From { get; init; } = "";

    /// <summary>Columns of that table and the text that each must have.</summary>
    public Dictionary<string, string> When { get; init; } = [];

    /// <summary>The rows that belong to it.</summary>
    [Required]
    public OutboxLinesConfig? Lines { get; init; }

    /// <summary>The message's key: the first that applies.</summary>
    [MinLength(1)]
    public List<OutboxKeyConfig> Key { get; init; } = [];

    /// <summary>The column with the time at which it came about, UTC.</summary>
    [Required]
    public string At { get; init; } = "";

    /// <summary>The message as JSON; a list with one template in it is filled once for each line.</summary>
    [Required]
    public ConfigNode? Body { get; init; }
}

/// <summary>The lines of a message.</summary>
internal sealed class OutboxLinesConfig
{
    /// <summary>The target's table.</summary>
    [Required]
    public string From { get; init; } = "";

    /// <summary>The line's column that holds the row's key.</summary>
    [Required]
    public string By { get; init; } = "";

    /// <summary>Columns of a line; their product, summed over all lines, is compared.</summary>
    [MinLength(1)]
    public List<string> Multiply { get; init; } = [];

    /// <summary>The row's column that the sum has to equal; before that, lines are missing.</summary>
    [Required]
    public string SumsUpTo { get; init; } = "";
}

/// <summary>A way to make a message's key.</summary>
internal sealed class OutboxKeyConfig
{
    /// <summary>Columns and the text that each must have for this way.</summary>
    public Dictionary<string, string> When { get; init; } = [];

    /// <summary>The key: <c>shop/{number}</c>.</summary>
    [Required]
    public string Key { get; init; } = "";
}
