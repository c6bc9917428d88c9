using System.Security.Cryptography;
using System.Text;
using Hub.Configuration;
using Hub.Control.Revisions;
using Hub.Placement;
using Hub.Placement.Config;

namespace Hub.Control.Documents;

/// <summary>A config file's text, read: what exists (groups, routes, datasets). Where it stands is the revision's.</summary>
internal sealed record HubDocument(string Hash, string Text, string File, HubConfig Config, ConfigNode? Root)
{
    /// <summary>Nothing was applied yet.</summary>
    public static HubDocument None { get; } = new("", "", "", new HubConfig(), null);

    /// <summary>Reads it and tells everything that is wrong at once.</summary>
    public static HubDocument? Read(string text, string file, Wanted standing, List<ConfigProblem> problems)
    {
        var document = Parse(text, file, problems);
        if (document is null || problems.Count > 0)
        {
            return null;
        }

        var owners = standing.State.Datasets.ToDictionary(
            dataset => dataset.Key, dataset => dataset.Value.Owner == "new" ? Side.New : Side.Legacy, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, dataset) in document.Config.Datasets)
        {
            if (dataset.Held == Held.Whole && owners.TryGetValue(name, out var owner) && owner != dataset.Owner)
            {
                var node = document.Root!.Nearest($"Hub.Datasets.{name}.Owner");
                problems.Add(new ConfigProblem(
                    node.Path, node.Line, $"'{name}' is owned by {Sides.Word(owner)} and the file says {Sides.Word(dataset.Owner)}",
                    "a file can't move who owns a dataset: writes under way would be lost", $"write \"Owner\": \"{Sides.Word(owner)}\""));
            }
        }

        var standings = standing.Revision.Groups.ToDictionary(
            group => group.Key,
            group => new GroupStanding(
                group.Value.Share, group.Value.VoidBefore, group.Value.EvacuateBefore, group.Value.RolledBack,
                group.Value.Mirrored ? group.Value.MirroredSince : 0),
            StringComparer.OrdinalIgnoreCase);
        return PlacementTableBuilder.Build(
            document.Config, document.Root!, standings, owners, standing.Revision.Id.Number + 1, problems) is null ? null : document;
    }

    /// <summary>A document that stands in the store: it was found good when it was applied.</summary>
    public static HubDocument Trust(string text, string file) => text.Length == 0
        ? None
        : Parse(text, file, []) ?? throw new InvalidDataException($"The document {file} in control's store is not JSON: the store is damaged. Restore its backup.");

    private static HubDocument? Parse(string text, string file, List<ConfigProblem> problems)
    {
        if (ConfigNode.Read(text, problems) is not { } root)
        {
            return null;
        }

        if (root["Hub"] is null)
        {
            problems.Add(new ConfigProblem(
                "Hub", 0, "the section 'Hub' is missing", "it says which groups exist", "add a section \"Hub\"; hub init writes one"));
        }

        var config = ConfigBinder.Bind<HubConfig>(root["Hub"], problems);
        return new HubDocument(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), text, file, config, root);
    }
}
