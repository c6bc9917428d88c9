using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Group;

internal sealed class ReadinessCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _group;

    public ReadinessCommand(CommandContext context)
        : base(context, "readiness", "How far New's answers agree with legacy's, as mirroring and the last crawl found.", "hub group readiness catalog")
    {
        _group = Word("GROUP", "The group's name.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var readiness = await control.Api.GetReadinessAsync(parsed.GetRequiredValue(_group), cancellationToken);
        _output.Write(parsed, readiness, output => ReadinessTable.Write(output, readiness, Context.Time));
        return CommandLine.Done;
    }
}
