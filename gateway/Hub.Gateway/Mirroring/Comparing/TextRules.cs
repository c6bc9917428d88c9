namespace Hub.Gateway.Mirroring.Comparing;

/// <summary>Whether two texts differ in noise only.</summary>
internal static class TextRules
{
    public static bool Agree(string expected, string actual, ComparisonRules rules)
    {
        if (expected == actual)
        {
            return true;
        }

        var (one, other) = (Noise.Blanks(expected), Noise.Blanks(actual));
        foreach (var place in rules.Ignore)
        {
            if (place.Pattern is { } pattern)
            {
                (one, other) = (pattern.Replace(one, "⟨ignored⟩"), pattern.Replace(other, "⟨ignored⟩"));
            }
        }

        return one == other || Noise.Without(one) == Noise.Without(other);
    }
}
