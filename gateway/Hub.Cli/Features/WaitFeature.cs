using System.CommandLine;

namespace Hub.Cli.Features;

/// <summary><c>--wait</c>: come back when every live gateway plane serves it (SAFETY.md 11).</summary>
internal sealed class WaitFeature : CommandFeature
{
    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until every live gateway plane serves it; exit 1 where one does not.",
    };

    public override void AddTo(Command command) => command.Add(_wait);

    public bool Wanted(ParseResult parsed) => parsed.GetValue(_wait);
}
