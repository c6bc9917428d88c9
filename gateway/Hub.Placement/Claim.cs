namespace Hub.Placement;

/// <summary>Which side holds a customer's part of a dataset (SAFETY.md 7).</summary>
/// <param name="Number">Grows with each change of side; 0 in <see cref="None"/>.</param>
/// <param name="Revision">Number of the revision it was made under.</param>
public readonly record struct Claim(Side Side, long Number, long Revision)
{
    public static Claim None => default;

    public bool Exists => Number > 0;
}
