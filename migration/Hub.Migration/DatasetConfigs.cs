using System.Collections.Immutable;
using Hub.Configuration;
using Hub.Migration.Config;
using Hub.Migration.Mapping;
using Hub.Migration.Outbox;
using Hub.Migration.Slugs;

namespace Hub.Migration;

/// <summary>Reads the migration plane's part of the config: <c>Hub.Datasets.NAME.{Source, Targets}</c> and <c>Hub.Slugs</c>.</summary>
public static class DatasetConfigs
{
    /// <summary>Adds all that is wrong with it; opens no database.</summary>
    /// <param name="root">The whole file's root.</param>
    public static void Check(ConfigNode root, List<ConfigProblem> problems) => SlugModel.Read(root, Read(root, "", problems), problems);

    /// <summary>The datasets by name, in the order of the file; of use only where no problem was added.</summary>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="mappings">The code that the host registered; null where that can't be known, and names of it are taken as they are.</param>
    internal static ImmutableArray<DatasetModel> Read(ConfigNode root, string folder, List<ConfigProblem> problems, RowMappings? mappings = null)
    {
        var datasets = ImmutableArray.CreateBuilder<DatasetModel>();
        var owners = new Dictionary<(string, string), string>();
        var fed = new Dictionary<(string, string), string>();
        foreach (var (name, node) in root["Hub"]?["Datasets"]?.Children ?? [])
        {
            var dataset = ReadDataset(name, node, folder, mappings, problems);
            datasets.Add(dataset);
            foreach (var table in dataset.Source?.Tables ?? [])
            {
                if (!owners.TryAdd((dataset.Source!.Database.Identity, table), name))
                {
                    Add(node["Source"]!, $"{table} belongs to {owners[(dataset.Source.Database.Identity, table)]} already", "a table belongs to one dataset", "take it out of one", problems);
                }
            }

            foreach (var (target, table) in dataset.Targets.SelectMany(target => target.Tables.Select(table => (target, table))))
            {
                if (!fed.TryAdd((target.Store.Identity, table.Name), $"{name}.{target.Name}"))
                {
                    Add(node["Targets"]!, $"{table.Name} in {target.Store.Name} is fed by {fed[(target.Store.Identity, table.Name)]} already",
                        "two pipelines would overwrite each other", "feed it from one", problems);
                }
            }
        }

        return datasets.ToImmutable();
    }

    private static DatasetModel ReadDataset(string name, ConfigNode node, string folder, RowMappings? mappings, List<ConfigProblem> problems)
    {
        var held = node["Held"]?.Text?.Replace(" ", "", StringComparison.Ordinal).Equals("PerCustomer", StringComparison.OrdinalIgnoreCase) ?? false;
        var (source, targets) = (node["Source"], node["Targets"]);
        if (held && (source ?? targets) is { } stray)
        {
            Add(stray, $"{name} is held per customer and has a {(source is null ? "Targets" : "Source")}", "what each customer's side holds isn't fed by the pipeline",
                "remove it, or remove Held", problems);
        }

        if (!held && (source is null) != (targets is null))
        {
            Add(node, $"{name} has a {(source is null ? "Targets" : "Source")} and no {(source is null ? "Source" : "Targets")}", "a pipeline has both ends", "add the other, or remove it", problems);
        }

        if (!held && targets is { Children.Count: 0 })
        {
            Add(targets, $"{name} has no target", "the capture would fill legacy's database for nobody", "name a target, or remove Source and Targets", problems);
        }

        if (held || source is null || targets is null)
        {
            return new DatasetModel(name, ConfigText.Of(node), held, Source: null, []);
        }

        var model = SourceConfigs.Read(name, source, folder, problems);
        return new DatasetModel(
            name, ConfigText.Of(node), held, model,
            [.. targets.Children.Select(child => ReadTarget(child.Name, child.Node, model, folder, mappings, problems))])
        {
            Verify = node["Verify"] is { } verify ? ConfigBinder.Bind<VerifyConfig>(verify, problems) : new VerifyConfig(),
        };
    }

    private static TargetModel ReadTarget(
        string name, ConfigNode node, SourceModel source, string folder, RowMappings? mappings, List<ConfigProblem> problems)
    {
        var config = ConfigBinder.Bind<TargetConfig>(node, problems);
        var tables = config.Tables.Select(table => TableConfigs.Read(table.Key, table.Value, node["Tables"]![table.Key]!, source, mappings, problems)).ToImmutableArray();
        if (config is { Role: not null, Postgres: null })
        {
            Add(node["Role"]!, $"{name} has a Role and no Postgres", "a file has no roles", "remove it", problems);
        }

        return new TargetModel(
            name, SourceConfigs.ReadStore(config, node, folder, problems), tables,
            config.Outbox is null ? null : OutboxRule.Read(config.Outbox, node["Outbox"]!, tables, problems))
        { Role = config.Role };
    }

    private static void Add(ConfigNode node, string what, string why, string fix, List<ConfigProblem> problems) =>
        problems.Add(new ConfigProblem(node.Path, node.Line, what, why, fix));
}
