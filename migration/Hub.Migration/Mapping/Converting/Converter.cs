using Hub.ChangeFeed;

namespace Hub.Migration.Mapping.Converting;

/// <summary>
/// Makes a column's value out of the source's: bound once, by the source's type, what the config says and the target's column, so that nothing is decided for each value.
/// </summary>
internal abstract class Converter
{
    /// <summary>The value, or a <see cref="Refusal"/> where it would lose something.</summary>
    /// <param name="value">Neither null nor unknown.</param>
    public abstract object? Convert(in ChangeValue value);
}

/// <summary>Why a value is not taken.</summary>
/// <param name="Expected">What it is not: <c>a whole number</c>.</param>
internal sealed record Refusal(string Expected);
