using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary><c>--data DIR</c>: the folder where a hub keeps its state.</summary>
internal sealed class DataFeature(CommandContext context) : CommandFeature
{
    public const string Default = "hub-data";

    private readonly Option<string> _data = new("--data")
    {
        Description = $"Folder of the hub's state (HUB_DATA; default ./{Default}).",
        HelpName = "DIR",
    };

    public override void AddTo(Command command) => command.Add(_data);

    /// <summary>The folder's full path; it need not exist.</summary>
    public string Folder(ParseResult parsed) =>
        context.FullPath(parsed.GetValue(_data) ?? context.Variable("HUB_DATA") ?? Default);
}
