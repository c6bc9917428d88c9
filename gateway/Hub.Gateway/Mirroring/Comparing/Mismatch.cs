namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>Where two answers differ.</summary>
/// <param name="Field">Without indexes and ids, so that the same fault on many pages has one name: <c>main p.stock</c>, <c>$.lines[*].price</c>.</param>
/// <param name="Strict">Money, stock or status: no noise excuses it.</param>
/// <param name="Expected">What the answering side said, cut; null: it is not there.</param>
/// <param name="Actual">What the other side said.</param>
internal sealed record Mismatch(string Field, bool Strict, string? Expected, string? Actual)
{
    /// <summary>Of two answers not more are told: the first say enough.</summary>
    public const int Most = 20;

    private const int MostText = 200;

    /// <summary>Keeps it where there is room; a strict one takes the place of one that is not.</summary>
    public static void Add(List<Mismatch> found, Mismatch mismatch)
    {
        if (found.Count < Most)
        {
            found.Add(mismatch);
        }
        else if (mismatch.Strict && found.FindLastIndex(other => !other.Strict) is var last and >= 0)
        {
            found[last] = mismatch;
        }
    }

    public static string? Cut(string? text) => text is { Length: > MostText } ? text[..MostText] + "…" : text;
}
