using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Connector;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;

    public ShowCommand(CommandContext context)
        : base(context, "show", "One connector: where it calls, how often it failed and what waits for it.", "hub connector show erp")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var connector = await control.Api.GetConnectorAsync(parsed.GetRequiredValue(_connector), cancellationToken);
        _output.Write(parsed, connector, ConnectorTable.Fields(connector, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
