using System.Collections.Immutable;
using Hub.ChangeFeed;

namespace Hub.Migration;

/// <summary>
/// Fills columns of a target by code, where declaring ends: <c>services.AddRowMapping&lt;ShoeSizes&gt;("shoe-sizes")</c> in the host, and
/// <c>{ "Use": "shoe-sizes" }</c> at the columns in the config (docs/mapping.md).
/// </summary>
/// <remarks>
/// It is called for each change and each copied row, and again by each verification: the same values must give the same result in every
/// process, so it asks no clock, no database and no service. It may be called by several threads at once.
/// </remarks>
public interface IRowMapping
{
    /// <summary>The source's columns that it reads.</summary>
    ImmutableArray<string> Reads { get; }

    /// <summary>The target's columns that it fills; none of them may be part of the key.</summary>
    ImmutableArray<string> Columns { get; }

    /// <summary>The values, in the order of <see cref="Columns"/>.</summary>
    /// <param name="row">In the order of <see cref="Reads"/>; none is unknown (then the columns keep what they have).</param>
    /// <returns>
    /// Null, or what the target's column takes: string, long, decimal, double, bool, <see cref="DateTimeOffset"/> in UTC, <see cref="DateTime"/>,
    /// <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TimeSpan"/>, <see cref="Guid"/>, bytes.
    /// </returns>
    /// <exception cref="RowRefusedException">The row can't be mapped: it goes to the quarantine with this reason.</exception>
    object?[] Map(ReadOnlySpan<ChangeValue> row);
}

/// <summary>A row that an <see cref="IRowMapping"/> can't map without loss.</summary>
/// <param name="message">What is wrong with which value, for people: <c>size 'XXS' is in no table of sizes</c>.</param>
public sealed class RowRefusedException(string message) : Exception(message);
