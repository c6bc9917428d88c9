namespace Hub.Configuration;

/// <summary>Something that is wrong with the config: where, what, why, and what to do about it.</summary>
/// <param name="Path">The value it is about, <c>Hub.Groups.catalog.New</c>; empty for the whole file.</param>
/// <param name="Line">Its line in the file, from 1; 0 where there is no file.</param>
/// <param name="What">What is wrong, without a full stop.</param>
/// <param name="Why">What it would lead to, or the rule that it breaks.</param>
/// <param name="Fix">What to do.</param>
public sealed record ConfigProblem(string Path, int Line, string What, string Why, string Fix)
{
    /// <summary>One line for people: <c>hub.json:12 Hub.Groups.catalog.New: what; why. To do: fix</c>.</summary>
    public string ToString(string file) =>
        $"{file}{(Line > 0 ? $":{Line}" : "")} {(Path.Length > 0 ? $"{Path}: " : "")}{What}; {Why}. To do: {Fix}";

    public override string ToString() => ToString("config");
}
