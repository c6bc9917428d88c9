using Hub.Connectors.References;

namespace Hub.Connectors;

/// <summary>
/// What became of a call to a vendor. A value, not an exception: each case asks for something else to be done.
/// </summary>
public abstract record CallOutcome<T>
{
    private CallOutcome()
    {
    }

    /// <summary>The vendor did it, and said so.</summary>
    public sealed record Done(T Value) : CallOutcome<T>;

    /// <summary>The vendor won't do it, however often it is asked: a person has to look.</summary>
    public sealed record Refused(string Reason) : CallOutcome<T>
    {
        /// <summary>The row of the connector's cross references that has to be added first; null where that is not the reason.</summary>
        public MissingReference? Missing { get; init; }
    }

    /// <summary>Surely nothing happened (no connection, a limit, a wrong token): try again, not before <paramref name="After"/>.</summary>
    public sealed record NotDone(string Reason, TimeSpan? After = null) : CallOutcome<T>;

    /// <summary>It may have happened (a time-out, a cut connection, a 5xx): look up by our reference before asking again.</summary>
    public sealed record Unknown(string Reason) : CallOutcome<T>;
}
