namespace Hub.Migration.Pipelines;

/// <summary>Pauses that grow from a quarter of a second to fifteen, and drift, so that many that failed together don't come again together.</summary>
internal sealed class BackOff
{
    private const double First = 0.25;
    private const double Longest = 15;
    private double _next = First;

    public TimeSpan Next()
    {
        var pause = _next * (0.75 + (Random.Shared.NextDouble() / 2));
        _next = Math.Min(_next * 2, Longest);
        return TimeSpan.FromSeconds(pause);
    }

    public void Reset() => _next = First;
}
