using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary><c>--take N</c>: how many of a long list.</summary>
internal sealed class TakeFeature : CommandFeature
{
    private const int Most = 1000;

    private readonly Option<int> _take = new("--take")
    {
        Description = $"How many, the newest first (1 to {Most}; default 100).",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    public override void AddTo(Command command) => command.Add(_take);

    public int Count(ParseResult parsed)
    {
        var count = parsed.GetValue(_take);
        return count is >= 1 and <= Most ? count : throw new UsageException($"--take {count} is outside of 1 to {Most}.");
    }
}
