using System.CommandLine;
using Hub.Cli.Features;

namespace Hub.Cli.Commands;

internal sealed class UnfreezeCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public UnfreezeCommand(CommandContext context)
        : base(context, "unfreeze", "End a freeze now.", "hub unfreeze")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var freeze = await control.Api.UnfreezeAsync(cancellationToken);
        _output.Write(parsed, freeze, output => output.WriteLine($"not frozen, revision {freeze.Revision}"));
        return CommandLine.Done;
    }
}
