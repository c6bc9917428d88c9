using Hub.Configuration;

namespace Hub.Placement.Building;

/// <summary>Collects what is wrong, each with the line of the nearest value that stands in the file.</summary>
internal sealed class Findings(ConfigNode root, List<ConfigProblem> problems)
{
    public bool Any => problems.Count > 0;

    public void Add(string path, string what, string why, string fix) =>
        problems.Add(new ConfigProblem(path, root.Nearest(path).Line, what, why, fix));

    /// <summary>Whether <paramref name="name"/> is known, as it is written where it is declared; if not, that is told.</summary>
    public bool Knows(Names names, string name, string path, out string declared)
    {
        if (names.TryGet(name, out declared))
        {
            return true;
        }

        var meant = names.Nearest(name);
        Add(path, $"there is no {names.Kind} '{name}'", $"{names.Section} does not declare it",
            meant is not null ? $"write '{meant}', or declare '{name}'" : $"declare '{name}' there, or remove it here");
        return false;
    }
}
