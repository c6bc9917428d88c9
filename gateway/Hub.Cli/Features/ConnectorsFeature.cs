using System.Collections.Immutable;
using System.CommandLine;
using Hub.Adapters.Connectors;
using Hub.Adapters.Connectors.Loading;
using Hub.Connectors;

namespace Hub.Cli.Features;

/// <summary><c>--connectors FOLDER</c>: connectors that the hub does not bring along.</summary>
internal sealed class ConnectorsFeature(CommandContext context) : CommandFeature
{
    private readonly Option<string> _folder = new("--connectors")
    {
        Description = "Folder of other people's connectors, a folder each, made by dotnet publish (HUB_CONNECTORS).",
        HelpName = "FOLDER",
    };

    public override void AddTo(Command command) => command.Add(_folder);

    /// <summary>The hub's own, and those of the folder.</summary>
    /// <exception cref="CommandFailedException">One of them can't be loaded.</exception>
    public ImmutableArray<ConnectorVendor> Vendors(ParseResult parsed)
    {
        var folder = parsed.GetValue(_folder) ?? context.Variable("HUB_CONNECTORS");
        try
        {
            return folder is { Length: > 0 } ? KnownVendors.With(context.FullPath(folder)) : KnownVendors.All;
        }
        catch (ConnectorFolderException e)
        {
            throw new CommandFailedException(e.Message, e);
        }
    }
}
