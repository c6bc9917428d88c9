namespace Hub.Connectors.Tryton;

/// <summary>A step of a talk with Tryton that ended it, as <see cref="TrytonCalls"/> makes an outcome of it.</summary>
internal sealed class TrytonStopException(TrytonStop kind, string reason, TimeSpan? after = null) : Exception(reason)
{
    public TrytonStop Kind => kind;

    public TimeSpan? After => after;
}

/// <summary>How a step ended.</summary>
internal enum TrytonStop
{
    /// <summary>Tryton rolled it back and will do so again: a person has to look.</summary>
    Refused,

    /// <summary>Surely it did nothing, and may do it later.</summary>
    NotDone,

    /// <summary>Nobody knows.</summary>
    Unknown,
}
