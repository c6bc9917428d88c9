using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary><c>-c FILE</c>: the config file.</summary>
internal sealed class FileFeature(CommandContext context) : CommandFeature
{
    public const string Default = "hub.json";

    private readonly Option<string> _file = new("--config", "-c")
    {
        Description = $"The config file (default ./{Default}).",
        HelpName = "FILE",
    };

    public override void AddTo(Command command) => command.Add(_file);

    /// <summary>The path as it was given, for messages, and in full.</summary>
    public (string Name, string Path) Named(ParseResult parsed)
    {
        var name = parsed.GetValue(_file) ?? Default;
        return (name, context.FullPath(name));
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_file) is not null;

    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public async Task<(string Name, string Text)> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, path) = Named(parsed);
        return File.Exists(path)
            ? (name, await File.ReadAllTextAsync(path, cancellationToken))
            : throw new CommandFailedException(
                $"there is no config file {name} ({path}). To do: name it with -c FILE, or write a first one with 'hub init --legacy URL'.");
    }
}
