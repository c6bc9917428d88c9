using Hub.ChangeFeed;
using Hub.Migration.Config;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Mapping;

/// <summary>One column of a target and how its value is made.</summary>
/// <param name="Name">The target's column.</param>
/// <param name="From">The source's column, or an attribute's id; null for a constant, for a language's name and for what code fills.</param>
/// <param name="Config">What the config says of it.</param>
/// <param name="Zone">The source's zone, for <see cref="Conversion.ZonedTime"/>.</param>
internal sealed record ColumnMapping(string Name, string? From, ColumnConfig Config, TimeZoneInfo Zone, ConfigPlace Place)
{
    /// <summary>The join that it comes from; -1: the table itself.</summary>
    public int Join { get; init; } = -1;

    /// <summary>The column as the config has it, without places.</summary>
    public string Text { get; init; } = "";

    /// <summary>The code that fills it, by its registered name.</summary>
    public string? Use => Config.Use;

    /// <summary>It says the row's language.</summary>
    public bool SaysLanguage { get; init; }

    /// <summary>What a value is as an object; known once it is bound.</summary>
    public MappedType Type { get; init; }

    /// <summary>The target's column, once it is bound.</summary>
    public TargetColumn? Target { get; init; }

    /// <summary>Makes the value; null where it is <see cref="Fixed"/>.</summary>
    public Converter? Converter { get; init; }

    /// <summary>A constant's value.</summary>
    public object? Fixed { get; init; }

    /// <summary>What stands for null.</summary>
    public object? Else { get; init; }

    /// <summary>Changes whenever rows mapped before would be mapped otherwise now.</summary>
    public string Fingerprint => $"{Name}={Text}{(Config.As == Conversion.ZonedTime ? $"({Zone.Id})" : "")}";

    /// <summary>The value, <see cref="RowEffect.Unknown"/>, or a <see cref="Refusal"/>.</summary>
    public object? Make(in ChangeValue value) => value.Kind switch
    {
        ChangeValueKind.Null => Else,
        ChangeValueKind.Unknown => RowEffect.Unknown,
        _ => Converter!.Convert(value) ?? Else,
    };

    /// <summary>Why a value of it is refused, in words.</summary>
    public string Explain(in ChangeValue value, Refusal refusal)
    {
        var shown = value.ToString();
        return $"column {Name} (from {From}): {(shown.Length > 80 ? $"{shown[..80]}…" : shown)} is not {refusal.Expected}";
    }
}
