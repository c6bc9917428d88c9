using Xunit;

namespace Hub.Connectors.Testing;

/// <summary>What a call ended with, whatever it was to give: for contracts that only ask for the kind.</summary>
/// <param name="Kind"><c>Done</c>, <c>Refused</c>, <c>NotDone</c> or <c>Unknown</c>.</param>
public sealed record Outcome(string Kind, string Reason, TimeSpan? After)
{
    public static Outcome Of<T>(CallOutcome<T> outcome) => outcome switch
    {
        CallOutcome<T>.Done => new Outcome("Done", "", null),
        CallOutcome<T>.Refused refused => new Outcome("Refused", refused.Reason, null),
        CallOutcome<T>.NotDone notDone => new Outcome("NotDone", notDone.Reason, notDone.After),
        CallOutcome<T>.Unknown unknown => new Outcome("Unknown", unknown.Reason, null),
        _ => throw new InvalidOperationException($"{outcome}"),
    };

    /// <summary>Fails unless it is of one of these kinds.</summary>
    public Outcome Is(params ReadOnlySpan<string> kinds)
    {
        Assert.True(kinds.Contains(Kind), $"The call ended with {Kind}{(Reason.Length > 0 ? $" ({Reason})" : "")}, not with {string.Join(" or ", kinds.ToArray())}.");
        return this;
    }
}
