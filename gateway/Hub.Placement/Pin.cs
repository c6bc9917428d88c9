namespace Hub.Placement;

/// <summary>What a customer's journey or form page was begun with: the side it must stay on (SAFETY.md 3 and 5).</summary>
/// <param name="Revision">Number of the revision it was begun under; 0 in <see cref="None"/>.</param>
/// <param name="StartedAt">Seconds since 1970, UTC.</param>
public readonly record struct Pin(Side Side, long Revision, long StartedAt)
{
    public static Pin None => default;

    public bool Exists => Revision > 0;
}
