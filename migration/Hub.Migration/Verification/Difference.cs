using Hub.ChangeFeed;

namespace Hub.Migration.Verification;

/// <summary>A row of the target that is not what the source's rows make of it.</summary>
/// <param name="Key">The target's key, as a read gives it.</param>
/// <param name="SourceKey">The source's row; null where none is known, as of most extra ones.</param>
/// <param name="Expected">What the source makes of it; null: no row.</param>
/// <param name="Actual">What stands there; null: no row.</param>
/// <param name="Problem">Why the source's row can't be mapped.</param>
internal sealed record Difference(object?[] Key, ChangeRow? SourceKey, object?[]? Expected, object?[]? Actual, string? Problem)
{
    public DifferenceKind Kind => Actual is null ? DifferenceKind.Missing : Expected is null && Problem is null ? DifferenceKind.Extra : DifferenceKind.Mismatched;
}

/// <summary>How a row differs.</summary>
internal enum DifferenceKind
{
    /// <summary>The source has it, the target has not.</summary>
    Missing,

    /// <summary>The target has it, the source has not.</summary>
    Extra,

    /// <summary>Both have it, and columns differ.</summary>
    Mismatched,
}

/// <summary>A key that is to be looked at again.</summary>
/// <param name="Key">The target's, as a read gives it.</param>
/// <param name="SourceKey">The source's row that makes it, where that is known.</param>
internal sealed record Suspect(object?[] Key, ChangeRow? SourceKey);
