namespace Hub.Connectors.Limits;

/// <summary>A call was not made, because it would have broken one of the vendor's limits.</summary>
/// <param name="after">When it fits.</param>
public sealed class LimitReachedException(string message, TimeSpan after) : Exception(message)
{
    public TimeSpan After { get; } = after;
}
