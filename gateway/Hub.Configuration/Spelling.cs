namespace Hub.Configuration;

/// <summary>Finds the name that was probably meant, for messages about names that nobody knows.</summary>
public static class Spelling
{
    /// <summary>The known name at most three letters away (case does not count), or null.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, Distance: Distance(candidate, name)))
            .Where(pair => pair.Distance <= 3 && pair.Distance < Math.Max(name.Length, 2))
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault().candidate;

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
