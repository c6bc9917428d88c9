using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Migration.Config;

namespace Hub.Migration.Slugs;

/// <summary>A slug table as the config wants it, checked.</summary>
internal sealed record SlugModel(string Name, string Sqlite, string Table, SlugColumnsConfig Columns)
{
    /// <summary>Differs whenever what is read of the table does.</summary>
    public string Fingerprint { get; } =
        $"{Table}|{Columns.Slug}|{Columns.Kind}|{Columns.KindUntil}|{Columns.Id}|{Columns.Store}|{Columns.Language}|{Columns.Active}|{Columns.RedirectTo}|{Columns.Encoded}";

    /// <summary>The tables of <c>Hub.Slugs</c>; of use only where no problem was added.</summary>
    public static ImmutableArray<SlugModel> Read(ConfigNode root, ImmutableArray<DatasetModel> datasets, List<ConfigProblem> problems)
    {
        var models = ImmutableArray.CreateBuilder<SlugModel>();
        foreach (var (name, node) in root["Hub"]?["Slugs"]?.Children ?? [])
        {
            var columns = ConfigBinder.Bind<SlugColumnsConfig>(node["Columns"], problems);
            var dataset = datasets.FirstOrDefault(dataset => Same(dataset.Name, node["Dataset"]?.Text));
            if (dataset is null || node["Target"]?.Text is not { } targetName || node["Table"]?.Text is not { } tableName)
            {
                // The gateway's part of the config says what is missing or not known.
                continue;
            }

            if (dataset.Targets.FirstOrDefault(target => Same(target.Name, targetName)) is not { } target)
            {
                Add(node["Target"]!, $"the dataset '{dataset.Name}' has no target '{targetName}'",
                    dataset.Targets.IsEmpty ? "it is not fed" : $"it has {string.Join(", ", dataset.Targets.Select(one => one.Name))}");
                continue;
            }

            if (target.Tables.FirstOrDefault(table => table.Name == tableName) is not { } table)
            {
                Add(node["Table"]!, $"the target '{target.Name}' has no table '{tableName}'", $"it has {string.Join(", ", target.Tables.Select(one => one.Name))}");
                continue;
            }

            foreach (var column in columns.Names.Where(column => !table.Columns.Any(known => known.Name == column)))
            {
                Add(node["Columns"]!, $"'{column}' is none of the Columns that the feed fills in '{table.Name}'",
                    $"it fills {string.Join(", ", table.Columns.Select(known => known.Name))}");
            }

            if (target.Sqlite is not { } file)
            {
                problems.Add(new ConfigProblem(
                    node["Target"]!.Path, node["Target"]!.Line, $"the target '{target.Name}' is no SQLite file", "slug tables are told to gateways out of SQLite files alone",
                    "name a target that is one, or let the slugs be asked of New"));
                continue;
            }

            models.Add(new SlugModel(name, file, table.Name, columns));
        }

        return models.ToImmutable();

        void Add(ConfigNode node, string what, string why) =>
            problems.Add(new ConfigProblem(node.Path, node.Line, what, why, "name one of those"));
    }

    private static bool Same(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
