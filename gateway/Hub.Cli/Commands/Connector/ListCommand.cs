using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Connector;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public ListCommand(CommandContext context)
        : base(context, "list", "All connectors: state, calls, failures and what waits for them.", "hub connector list")
    {
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var connectors = await control.Api.GetConnectorsAsync(cancellationToken);
        _output.Write(parsed, connectors, ConnectorTable.Of(connectors, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
