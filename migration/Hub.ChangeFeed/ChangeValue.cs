namespace Hub.ChangeFeed;

/// <summary>
/// A column's value as the source's JSON has it. A number keeps its digits as they were written: 19.90 stays 19.90 and
/// never becomes a binary fraction on its way.
/// </summary>
/// <param name="Text">The text; a number's or nested value's JSON; <c>true</c> or <c>false</c>; null for null.</param>
public readonly record struct ChangeValue(ChangeValueKind Kind, string? Text)
{
    public static ChangeValue Null { get; }

    public override string ToString() => Kind switch
    {
        ChangeValueKind.Null => "null",
        ChangeValueKind.Text => $"'{Text}'",
        _ => Text!,
    };
}

/// <summary>What a <see cref="ChangeValue"/> is in JSON.</summary>
public enum ChangeValueKind
{
    Null,
    Text,
    Number,
    Boolean,

    /// <summary>An object or a list: what no plain column has, bytes (<c>{"$hex":"00ff"}</c>) among it.</summary>
    Nested,
}
