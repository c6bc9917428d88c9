using System.Collections.Immutable;
using Hub.Adapters.Bus;
using Hub.Adapters.Connectors;
using Hub.Bus.Rebus;
using Hub.Configuration;
using Hub.Connectors;
using Hub.Migration;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Cli.Checking;

/// <summary>Everything that the file alone shows to be wrong: what each plane would refuse, all of it at once.</summary>
internal static class DocumentCheck
{
    private static readonly string[] Sections = ["ReverseProxy", "Hub"];

    public static async Task<CheckedDocument> CheckAsync(string text, string folder, ImmutableArray<ConnectorVendor> vendors)
    {
        var problems = new List<ConfigProblem>();
        if (ConfigNode.Read(text, problems) is not { } root)
        {
            return new CheckedDocument(null, null, null, problems);
        }

        foreach (var section in Sections.Where(section => root[section] is null))
        {
            problems.Add(new ConfigProblem(
                section, root.Line, $"there is no section '{section}'", "routes and groups are told there",
                $"add '{section}'; 'hub init --legacy URL' writes a whole file"));
        }

        var hub = ConfigBinder.Bind<HubConfig>(root["Hub"], problems);
        var placement = new List<ConfigProblem>();
        PlacementTableBuilder.Build(
            hub, root, new Dictionary<string, GroupStanding>(), new Dictionary<string, Side>(), 1, placement);
        problems.AddRange(placement);
        DatasetConfigs.Check(root, problems);
        ConnectorConfigs.Check(root, vendors, problems);
        BusConfig.Read(root, [RebusTransports.Postgres], problems);
        ProxyNames.Check(root["ReverseProxy"], problems);
        KestrelSection.Check(root["Kestrel"], folder, problems);
        var proxy = problems.Exists(problem => problem.What.EndsWith("stands here twice", StringComparison.Ordinal))
            ? null
            : await ProxySection.ReadAsync(text, root, problems);
        return new CheckedDocument(root, hub, proxy, [.. problems.Distinct().OrderBy(problem => problem.Line)]);
    }
}
